// The person at this process's terminal: asked with prompts that redraw, or line by line where
// the terminal cannot: TERM=dumb, or one that says it has no columns, where prompts would be drawn a letter to the line.
import type { Person } from './person.ts';
import { plainPerson } from './plain-person.ts';

export async function personHere(env: NodeJS.ProcessEnv = process.env): Promise<Person> {
  if (env.TERM === 'dumb' || process.stdout.columns === 0) return plainPerson(process.stdin, process.stdout);
  return (await import('./prompted-person.ts')).promptedPerson;
}
