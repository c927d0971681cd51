// `pearlctl pause` with all that it needs.
import { command } from '../commands/pause.ts';
import { quickCommand } from './quick-command.ts';

export const start = quickCommand('pause', command);
