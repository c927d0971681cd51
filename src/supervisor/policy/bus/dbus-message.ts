// Messages of D-Bus (D-Bus specification, "Type System" and "Message Protocol"): what we send and read. Pure, and bounded in size
// and depth whatever a peer sends: on the system bus any user of the machine may.

export type DbusValue = boolean | number | bigint | string | readonly DbusValue[] | ReadonlyMap<DbusValue, DbusValue>;

export interface DbusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** Strings, and whole numbers of 64 bits as `bigint`. */
  readonly args?: readonly (string | bigint)[];
}

export interface DbusMessage {
  /** 1 call, 2 answer, 3 error, 4 signal. */
  readonly type: number;
  readonly replySerial: number | null;
  readonly path: string | null;
  readonly interface: string | null;
  readonly member: string | null;
  readonly errorName: string | null;
  /** Decoded when it is asked for. Throws RangeError where it is not what its signature says. */
  body(): DbusValue[];
}

/** What we ask for is some kilobytes. */
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 16;
const FIXED_BYTES = 16;
const FIELD = { path: 1, interface: 2, member: 3, errorName: 4, replySerial: 5, destination: 6, signature: 8 } as const;

export function encodeCall(serial: number, call: DbusCall): Buffer {
  const args = call.args ?? [];
  const body = new Writer();
  for (const arg of args) typeof arg === 'bigint' ? body.uint64(arg) : body.string(arg);
  const signature = args.map((arg) => (typeof arg === 'bigint' ? 't' : 's')).join('');
  const fields = new Writer();
  const field = (code: number, type: 's' | 'o' | 'g', text: string) => {
    fields.align(8);
    fields.bytes(code, 1, type.charCodeAt(0), 0);
    type === 'g' ? fields.signature(text) : fields.string(text);
  };
  field(FIELD.path, 'o', call.path);
  field(FIELD.interface, 's', call.interface);
  field(FIELD.member, 's', call.member);
  field(FIELD.destination, 's', call.destination);
  if (signature !== '') field(FIELD.signature, 'g', signature);
  const whole = new Writer();
  whole.bytes('l'.charCodeAt(0), 1, 0, 1);
  whole.uint32(body.length);
  whole.uint32(serial);
  whole.uint32(fields.length);
  whole.append(fields);
  whole.align(8);
  whole.append(body);
  return whole.buffer();
}

/** How long the message at the start of `bytes` is, or null while that cannot be told. Throws RangeError for none of ours. */
export function messageLength(bytes: Buffer): number | null {
  if (bytes.length < FIXED_BYTES) return null;
  const little = endianness(bytes);
  const uint32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const length = FIXED_BYTES + aligned(uint32(12), 8) + uint32(4);
  if (bytes[3] !== 1 || length > MAX_BYTES) throw new RangeError(`a D-Bus message of ${length} bytes`);
  return length;
}

/** One whole message. Throws RangeError where it is none. */
export function decodeMessage(bytes: Buffer): DbusMessage {
  const little = endianness(bytes);
  const reader = new Reader(bytes, little, 12);
  const fields = new Map<DbusValue | undefined, DbusValue | undefined>();
  for (const field of reader.value('a(yv)') as DbusValue[][]) fields.set(field[0], field[1]);
  const start = aligned(reader.at, 8);
  const text = (code: number) => {
    const value = fields.get(code);
    return typeof value === 'string' ? value : null;
  };
  const serial = fields.get(FIELD.replySerial);
  return {
    type: bytes[1] ?? 0,
    replySerial: typeof serial === 'number' ? serial : null,
    path: text(FIELD.path),
    interface: text(FIELD.interface),
    member: text(FIELD.member),
    errorName: text(FIELD.errorName),
    body: () => new Reader(bytes, little, start).all(text(FIELD.signature) ?? ''),
  };
}

function endianness(bytes: Buffer): boolean {
  const mark = String.fromCharCode(bytes[0] ?? 0);
  if (mark !== 'l' && mark !== 'B') throw new RangeError('no D-Bus message');
  return mark === 'l';
}

function aligned(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}

class Writer {
  readonly #parts: Buffer[] = [];
  length = 0;

  bytes(...values: number[]): void {
    this.#push(Buffer.from(values));
  }

  align(to: number): void {
    this.#push(Buffer.alloc(aligned(this.length, to) - this.length));
  }

  uint32(value: number): void {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.#push(bytes);
  }

  uint64(value: bigint): void {
    this.align(8);
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    this.#push(bytes);
  }

  string(text: string): void {
    this.uint32(Buffer.byteLength(text));
    this.#push(Buffer.from(`${text}\0`));
  }

  signature(text: string): void {
    this.#push(Buffer.from([text.length, ...Buffer.from(text), 0]));
  }

  append(other: Writer): void {
    this.#push(other.buffer());
  }

  buffer(): Buffer {
    return Buffer.concat(this.#parts);
  }

  #push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.length += bytes.length;
  }
}

const ALIGNMENT: Readonly<Record<string, number>> = {
  ...{ y: 1, b: 4, n: 2, q: 2, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 },
  ...{ s: 4, o: 4, g: 1, v: 1, a: 4, '(': 8, '{': 8 },
};

class Reader {
  readonly #bytes: Buffer;
  readonly #little: boolean;
  at: number;

  constructor(bytes: Buffer, little: boolean, at: number) {
    this.#bytes = bytes;
    this.#little = little;
    this.at = at;
  }

  all(signature: string): DbusValue[] {
    return typesIn(signature).map((type) => this.value(type));
  }

  value(type: string, depth = 0): DbusValue {
    if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    const code = type[0] ?? '';
    this.at = aligned(this.at, ALIGNMENT[code] ?? 1);
    switch (code) {
      case 'y':
        return this.#take(1).readUInt8();
      case 'b':
        return this.#number('Int32') !== 0;
      case 'n':
        return this.#number('Int16');
      case 'q':
        return this.#number('UInt16');
      case 'i':
        return this.#number('Int32');
      case 'u':
      case 'h':
        return this.#number('UInt32');
      case 'x':
        return this.#little ? this.#take(8).readBigInt64LE() : this.#take(8).readBigInt64BE();
      case 't':
        return this.#little ? this.#take(8).readBigUInt64LE() : this.#take(8).readBigUInt64BE();
      case 'd':
        return this.#little ? this.#take(8).readDoubleLE() : this.#take(8).readDoubleBE();
      case 's':
      case 'o':
        return this.#text(this.#number('UInt32'));
      case 'g':
        return this.#text(this.#take(1).readUInt8());
      case 'v': {
        const [inner = '', ...more] = typesIn(this.#text(this.#take(1).readUInt8()));
        if (more.length > 0) throw new RangeError('a variant of several types');
        return this.value(inner, depth + 1);
      }
      case 'a':
        return this.#array(type.slice(1), depth);
      case '(':
      case '{':
        return typesIn(type.slice(1, -1)).map((member) => this.value(member, depth + 1));
      default:
        throw new RangeError(`a D-Bus value of the type "${type}"`);
    }
  }

  #array(type: string, depth: number): DbusValue {
    const length = this.#number('UInt32');
    this.at = aligned(this.at, ALIGNMENT[type[0] ?? ''] ?? 1);
    const end = this.at + length;
    if (end > this.#bytes.length) throw new RangeError('an array longer than its message');
    const values: DbusValue[] = [];
    while (this.at < end) {
      const before = this.at;
      values.push(this.value(type, depth + 1));
      if (this.at === before) throw new RangeError('an array of nothing');
    }
    if (this.at !== end) throw new RangeError('an array that ends inside of a value');
    return type.startsWith('{') ? new Map(values as unknown as [DbusValue, DbusValue][]) : values;
  }

  #number(kind: 'Int16' | 'UInt16' | 'Int32' | 'UInt32'): number {
    const bytes = this.#take(kind.endsWith('16') ? 2 : 4);
    return this.#little ? bytes[`read${kind}LE`]() : bytes[`read${kind}BE`]();
  }

  #text(length: number): string {
    return this.#take(length + 1).toString('utf8', 0, length);
  }

  #take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.#bytes.length) throw new RangeError('a value longer than its message');
    const bytes = this.#bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

/** The complete types of a signature, one after the other. */
function typesIn(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = typeEnd(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function typeEnd(signature: string, at: number): number {
  const code = signature[at];
  if (code === 'a') return typeEnd(signature, at + 1);
  if (code !== '(' && code !== '{') {
    if (code === undefined || ALIGNMENT[code] === undefined) throw new RangeError(`the D-Bus signature "${signature}"`);
    return at + 1;
  }
  let end = at + 1;
  while (signature[end] !== (code === '(' ? ')' : '}')) end = typeEnd(signature, end);
  return end + 1;
}
