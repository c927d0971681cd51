// The person at this process's terminal: asked with prompts that redraw, or where the terminal cannot (TERM=dumb) line by line.
import type { Person } from './person.ts';
import { plainPerson } from './plain-person.ts';

export async function personHere(env: NodeJS.ProcessEnv = process.env): Promise<Person> {
  if (env.TERM === 'dumb') return plainPerson(process.stdin, process.stdout);
  return (await import('./prompted-person.ts')).promptedPerson;
}
