// The flags that every command understands; `command-context.ts` acts on them.
import type { OptionTable } from './command.ts';
import { COLOUR_CHOICES } from './terminal.ts';

export const GLOBAL_OPTIONS = {
  config: { type: 'string', describe: 'Use this configuration file', placeholder: 'FILE' },
  scope: { choices: ['user', 'system'], describe: 'Your own instance, or the machine’s' },
  instance: {
    type: 'string',
    describe: 'Use a second, independent instance',
    placeholder: 'NAME',
    suggest: 'instances',
  },
  json: { type: 'boolean', describe: 'Answer in JSON' },
  color: { choices: COLOUR_CHOICES, describe: 'When to use colour' },
} as const satisfies OptionTable;
