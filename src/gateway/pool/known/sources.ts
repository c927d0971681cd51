// Where the facts about pools were read, and when that was written. No pool was asked for them.

export interface Source {
  readonly title: string;
  /** Year and month, with the day where it is known. */
  readonly date: string;
}

export const SOURCES = {
  soat: { title: 'soat-miner: README, coordination notes and launchers, with live probes', date: '2026-08-22' },
  spm: { title: 'spark-pearl-miner: notes on the protocol and configuration, with captures', date: '2026-09-26' },
  survey: { title: 'a survey of pools with the answers of their APIs', date: '2026-10-02' },
  pmm: { title: 'a survey of pools', date: '2026-08-10' },
  krx: { title: 'notes on Kryptex', date: '2026-08-10' },
  peak: { title: 'peakminer: README of version 2.13.0', date: '2026-08-26' },
  asc: { title: 'ascend_prl: its code for pools', date: '2026-06' },
  suprnova: { title: "Suprnova's page on its stratum protocol", date: '2026-06-03' },
  ocean: { title: "nodejs-pool: MoneroOcean's server", date: '2026-09' },
  moMiner: { title: 'mo-miner: its list of pools', date: '2026-06' },
  amd: { title: 'notes on live sessions with an AMD card', date: '2026-05-24' },
  arc: { title: 'ARC-miner: notes on live sessions', date: '2026-06-10' },
  hashmonkeys: { title: "a test document of Hashmonkeys' miner", date: '2026-05-19' },
  launchers: { title: 'RainbowMiner and other launchers of miners', date: '2026-09-25' },
  proxy: { title: 'pearl-proxy: its configuration', date: '2026-08' },
  sixBlock: { title: '6block/pearl-miner: its list of pools', date: '2026-08' },
  yours: { title: 'your own-pools.json', date: 'as it is now' },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof SOURCES;
