// The machines that a release is for, and how an addon is built for each on Linux x64 (cargo-zigbuild brings the linker and the
// C library of every one of them).

export interface Target {
  /** As Rust calls it. */
  readonly triple: string;
  /** As napi calls it, in the addon's file name. */
  readonly platform: string;
  /** The oldest glibc that it is linked against; null where there is none. */
  readonly glibc: string | null;
  /** As Node's packages call the processor, where there is a folder package with Node in it. */
  readonly folder: 'x64' | 'arm64' | null;
  readonly rustFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const MUSL = { glibc: null, folder: null, rustFlags: ['-Ctarget-feature=-crt-static'], env: {} } as const;
const DARWIN = {
  glibc: null,
  folder: null,
  rustFlags: ['-Clink-arg=-Wl,-install_name,@rpath/pearlctl.node'],
  env: { MACOSX_DEPLOYMENT_TARGET: '11.0' },
} as const;

export const TARGETS: readonly Target[] = [
  {
    triple: 'x86_64-unknown-linux-gnu',
    platform: 'linux-x64-gnu',
    glibc: '2.17',
    folder: 'x64',
    rustFlags: [],
    env: {},
  },
  {
    triple: 'aarch64-unknown-linux-gnu',
    platform: 'linux-arm64-gnu',
    glibc: '2.28',
    folder: 'arm64',
    rustFlags: [],
    env: {},
  },
  { triple: 'x86_64-unknown-linux-musl', platform: 'linux-x64-musl', ...MUSL },
  { triple: 'aarch64-unknown-linux-musl', platform: 'linux-arm64-musl', ...MUSL },
  { triple: 'x86_64-apple-darwin', platform: 'darwin-x64', ...DARWIN },
  { triple: 'aarch64-apple-darwin', platform: 'darwin-arm64', ...DARWIN },
];

/** The target whose addon has this platform in its name. */
export function tripleOf(platform: string): string {
  const found = TARGETS.find((target) => target.platform === platform);
  if (found === undefined) throw new Error(`There is no package for ${platform}.`);
  return found.triple;
}

/** `host`, `all`, or triples with commas between. Throws for a target that is none. */
export function chooseTargets(asked: string): readonly Target[] {
  if (asked === 'all') return TARGETS;
  if (asked === 'host') {
    const start = `linux-${process.arch}-gnu`;
    return TARGETS.filter(({ platform }) => platform === start);
  }
  return asked.split(',').map((triple) => {
    const found = TARGETS.find((target) => target.triple === triple);
    if (found === undefined) {
      throw new Error(`There is no target ${triple}; there are ${TARGETS.map((target) => target.triple).join(', ')}.`);
    }
    return found;
  });
}
