// `pearlctl detach`: let an attached gateway and miner go, and leave them running.
import { EXIT } from '../../base/errors.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  description: 'Forgets what `attach` noted. The gateway and the miner go on as they are.',
  examples: [['pearlctl detach', 'Let them go']],
  async run(_args, context) {
    const { detach } = await import('../../provider/attachment.ts');
    const detached = await detach(context.paths);
    context.print(detached ? 'Detached. The gateway and the miner go on.' : 'Nothing was attached.', {
      schemaVersion: 1,
      detached,
    });
    return EXIT.ok;
  },
});
