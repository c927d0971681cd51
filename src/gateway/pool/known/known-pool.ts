// What is known of one pool, and which of its servers a machine takes. Every fact names its sources, and every source its
// date. Pure: nothing here is ever fetched.
import type { SourceName } from './sources.ts';

/** A value, and where it was read. */
export interface SourcedFact<T> {
  readonly is: T;
  readonly by: readonly SourceName[];
}

/** One port of one host. */
export interface PoolServer {
  /** What stands behind the pool's name and a slash on the command line: `us/3373`, or `us` where that is the one port. */
  readonly name: string;
  /** As it stands in the configuration, pin included. */
  readonly url: string;
  readonly difficulty: 'fixed' | 'vardiff' | 'unknown';
  /** Multiply-accumulates for a share, at the start where the difficulty varies; null where it is not known. */
  readonly shareMacs: number | null;
  /** Pays whole blocks to their finder and nothing else, so it is taken only where it is asked for. */
  readonly solo: boolean;
}

/** Whether it can be mined at: seen to speak our dialect, probably, or not, and why. */
type Usability =
  | { readonly kind: 'yes' }
  | { readonly kind: 'unconfirmed'; readonly why: string }
  | { readonly kind: 'no'; readonly because: string };

export interface KnownPool {
  /** Its name on the command line and of its section. */
  readonly name: string;
  readonly title: string;
  readonly usability: SourcedFact<Usability>;
  readonly servers: SourcedFact<readonly PoolServer[]>;
  /** `raw`: it pays by a login that only the user knows, not by the wallet. */
  readonly login: SourcedFact<{ readonly kind: 'address' | 'raw'; readonly words: string }>;
  /** How its difficulty is set, in words. */
  readonly difficulty: SourcedFact<string>;
  /** As published; `percent` is null where it is not known. */
  readonly fee: SourcedFact<{ readonly percent: number | null; readonly words: string }>;
  /** `minimumPrl`: the least that is paid, null where it is not known. */
  readonly payout: SourcedFact<{ readonly minimumPrl: number | null; readonly words: string }>;
  /** Further keys of its section. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** A port that all hosts of a group have, with what is known of it. */
export interface PortFacts extends Partial<Pick<PoolServer, 'difficulty' | 'shareMacs' | 'solo'>> {
  readonly port: number;
  readonly tls?: boolean;
}

/** The servers of a group of hosts that have the same ports; `pin` is for its TLS ports. */
export function serversOf(
  hosts: Readonly<Record<string, string>>,
  ports: readonly PortFacts[],
  pin: string | null = null,
): PoolServer[] {
  return Object.entries(hosts).flatMap(([host, address]) =>
    ports.map(({ port, tls = false, difficulty = 'unknown', shareMacs = null, solo = false }) => ({
      name: ports.length === 1 ? host : `${host}/${port}`,
      url: `stratum+${tls ? 'ssl' : 'tcp'}://${address}:${port}${tls && pin !== null ? `?pin=${pin}` : ''}`,
      difficulty,
      shareMacs,
      solo,
    })),
  );
}

/** Where the machine's rate is not known: a desktop processor's. */
const USUAL_MACS_PER_SECOND = 1e12;

/** The servers whose name is `part`, or begins with it and a port. */
export function serversNamed({ servers }: KnownPool, part: string): PoolServer[] {
  return servers.is.filter(({ name }) => name === part || name.startsWith(`${part}/`));
}

/**
 * The server with the least work for a share that still is a second's work or more; of equals TLS before plain, then the first.
 * One that pays blocks alone only where there is no other.
 * Null where there is none.
 */
export function preferredServer(servers: readonly PoolServer[], macsPerSecond: number | null): PoolServer | null {
  const least = macsPerSecond ?? USUAL_MACS_PER_SECOND;
  const rank = ({ shareMacs }: PoolServer) => {
    if (shareMacs === null) return Number.MAX_VALUE;
    return shareMacs >= least ? shareMacs : Number.MAX_VALUE / shareMacs;
  };
  const isPlain = ({ url }: PoolServer) => Number(!url.startsWith('stratum+ssl'));
  const order = (a: PoolServer, b: PoolServer) =>
    Number(a.solo) - Number(b.solo) || rank(a) - rank(b) || isPlain(a) - isPlain(b);
  return servers.toSorted(order)[0] ?? null;
}

/** Of each host of a pool the server that would be taken. */
export function oneOfEachHost({ servers }: KnownPool, macsPerSecond: number | null): PoolServer[] {
  const hostOf = ({ url }: PoolServer) => url.replace(/^.*:\/\/|:\d+(?:\?.*)?$/g, '');
  const hosts = new Set(servers.is.map(hostOf));
  return [...hosts].flatMap((host) => {
    const its = servers.is.filter((server) => hostOf(server) === host);
    return preferredServer(its, macsPerSecond) ?? [];
  });
}
