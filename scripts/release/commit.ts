// What a release is made of: the commit, whose time is the time of every file in it.
import { runTool } from '../packages/run-tool.ts';

export interface Commit {
  readonly id: string;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** The commit that is checked out. Throws for a tree with changes, unless they are `allowed`. */
export function readCommit(allowed: boolean): Commit {
  const changes = runTool('git', ['status', '--porcelain']).trim();
  if (changes !== '' && !allowed) {
    throw new Error('The tree has changes that are in no commit. Commit them, or give --allow-changes for a trial.');
  }
  const [id = '', epoch = ''] = runTool('git', ['log', '-1', '--format=%H %ct']).trim().split(' ');
  return { id: changes === '' ? id : `${id} with changes`, epoch: Number(epoch) };
}
