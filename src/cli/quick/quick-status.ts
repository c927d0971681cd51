// `pearlctl status` with all that it needs.
import { command } from '../commands/status.ts';
import { quickCommand } from './quick-command.ts';

export const start = quickCommand('status', command);
