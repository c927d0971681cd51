// Makes a simulator reachable for the launchctl and the sim of `bin/`: one request and one answer for each connection, as JSON.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asker, Simulator } from './simulator.ts';

export interface SimulatorServer {
  /** What a process needs in its environment in order to have the stand-in as its launchctl. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export async function serveSimulator(simulator: Simulator): Promise<SimulatorServer> {
  // A short path: a socket's has some hundred bytes at most.
  const folder = mkdtempSync(join(tmpdir(), 'launchd-'));
  const socket = join(folder, 's');
  const server = createServer((connection) => {
    let request = '';
    connection.setEncoding('utf8');
    connection.on('data', (text: string) => {
      request += text;
      if (!request.endsWith('\n')) return;
      const { program, args, ...asker } = JSON.parse(request) as { program: string; args: string[] } & Asker;
      const answer = program === 'sim' ? simulator.sim(args) : Promise.resolve(simulator.launchctl(args, asker));
      void answer.then((value) => connection.end(JSON.stringify(value)));
    });
    connection.on('error', () => connection.destroy());
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    env: { PATH: `${join(import.meta.dirname, 'bin')}:${process.env.PATH ?? ''}`, LAUNCHD_SIM_SOCKET: socket },
    async close() {
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
