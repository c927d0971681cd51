// Packed into the shipped entry: loads a part of the program, in a checkout with what V8 compiled of it when it was built, since
// that takes longer than to run it. Only the very file of Node that compiled it takes it: V8 asks for its version alone, and other
// builds of that version crash on it. Any other Node, and every package, parses the part.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** What the part exports. `part.cjs` and, for V8, `part.bin` lie in the folder of the entry. */
export function loadPart(part: string): object {
  const folder = import.meta.dirname;
  const module = { exports: {} };
  const text = readFileSync(join(folder, `${part}.cjs`), 'latin1');
  const script = partScript(part, text, readCompiled(join(folder, `${part}.bin`)));
  script.runInThisContext()(require, module, folder, (path: string) => import(path));
  return module.exports;
}

/** The script is the same when it is built and when it is loaded. It has no `import` of its own: V8 would forget whose it is. */
export function partScript(part: string, text: string, cachedData?: Buffer): Script {
  const source = `(function (require, module, __dirname, importElse) {${text}\n})`;
  return new Script(source, { filename: `${part}.cjs`, cachedData });
}

/** Names the Node that runs, as what is compiled begins. */
export function thisNode(): Buffer {
  const { size, mtimeMs } = statSync(process.execPath);
  return Buffer.from(`${process.version} ${process.arch} ${process.execPath} ${size} ${mtimeMs}\n`);
}

/** Undefined where there is none, or another Node's. */
export function readCompiled(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const node = thisNode();
    return bytes.subarray(0, node.length).equals(node) ? bytes.subarray(node.length) : undefined;
  } catch {
    return undefined;
  }
}
