// Packed into the shipped entry: loads a part of the program with what V8 made of it when it was built, since to parse it takes
// longer than to run it. V8 takes that from its own version alone (Node 20 has one, Node 22 another); any other parses the part.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What the part exports. `part.cjs` and, for V8, `part.bin` lie in the folder of the entry. */
export function loadPart(part: string): object {
  const folder = import.meta.dirname;
  const module = { exports: {} };
  const script = partScript(
    part,
    readFileSync(join(folder, `${part}.cjs`), 'latin1'),
    compiledPart(join(folder, `${part}.bin`)),
  );
  script.runInThisContext()(require, module, folder, (path: string) => import(path));
  return module.exports;
}

/** The script is the same when it is built and when it is loaded. It has no `import` of its own: V8 would forget whose it is. */
export function partScript(part: string, text: string, cachedData?: Buffer): Script {
  const source = `(function (require, module, __dirname, importElse) {${text}\n})`;
  return new Script(source, { filename: `${part}.cjs`, cachedData });
}

function compiledPart(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
