// A copy of the built program in a row's home, which the row may damage: the addon is found beside it.
import { copyFileSync, cpSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type FaultStage, folderOf } from './stage.ts';

export function ownProgram(stage: FaultStage): { program: string[]; addonFolder: string; manifestFile: string } {
  const root = folderOf(stage, 'program');
  cpSync(resolve('dist/js'), join(root, 'dist/js'), { recursive: true });
  cpSync(resolve('dist/native'), join(root, 'dist/native'), { recursive: true });
  cpSync(resolve('templates'), join(root, 'templates'), { recursive: true });
  copyFileSync(resolve('package.json'), join(root, 'package.json'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  return {
    program: [process.execPath, join(root, 'dist/js/cli.js'), 'supervise'],
    addonFolder: join(root, 'dist/native'),
    manifestFile: join(root, 'package.json'),
  };
}

/** Its files in the home. */
export const OWN = /^program\//;

/** The addon's file in its folder. */
export function addonFile(folder: string): string {
  const name = readdirSync(folder).find((entry) => entry.endsWith('.node'));
  if (name === undefined) throw new Error('the addon has not been built');
  return join(folder, name);
}
