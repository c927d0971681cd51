// A person with a shell account of a box, in front of a pseudo-terminal, who types `pearlctl` and nothing longer.
import { join } from 'node:path';
import type { Box, BoxResult } from './box.ts';

const SCRIPT = '/opt/person.py';
const PROGRAM = '/usr/local/bin/pearlctl';

export class Person {
  /** What a box needs besides the product. */
  static readonly seed = { [SCRIPT]: join(import.meta.dirname, '..', 'fixtures', 'person.py') };
  readonly #box: Box;
  readonly #user: string;
  readonly #uid: number;

  private constructor(box: Box, user: string, uid: number) {
    this.#box = box;
    this.#user = user;
    this.#uid = uid;
  }

  /** Puts `pearlctl` on every account's path, as `npm link` does, and lets an account of the box sit down. */
  static async login(box: Box, user: string, uid: number): Promise<Person> {
    await box.run(['ln', '-sf', '/opt/pearlctl-package/dist/bundle/pearlctl.cjs', PROGRAM]);
    await box.run(['chmod', '755', '/opt/pearlctl-package/dist/bundle/pearlctl.cjs']);
    return new Person(box, user, uid);
  }

  /** Types `pearlctl` and these words at a terminal of 120 columns, then each answer once its question stands there. */
  async types(words: readonly string[], answers: readonly (readonly [wait: string, keys: string])[] = []) {
    const command = ['python3', SCRIPT, JSON.stringify(answers), PROGRAM, ...words];
    const env = { TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1', PERSON_PATIENCE: '150' };
    const { exitCode, stdout } = await this.#box.asUser(this.#user, this.#uid, command, env);
    return { code: exitCode, shown: stdout.replaceAll('\r\n', '\n') };
  }

  /** The same without a terminal, for what only a test asks. */
  runs(command: readonly string[]): Promise<BoxResult> {
    return this.#box.asUser(this.#user, this.#uid, command);
  }
}
