// `pearlctl resume` with all that it needs.
import { command } from '../commands/resume.ts';
import { quickCommand } from './quick-command.ts';

export const start = quickCommand('resume', command);
