// The file of the past: places of one size, each with a checksum of its own, so that a write which is torn costs that place and
// no other. A bin's place follows from its time and an event's from its number; nothing else is written. Pure.
import { crc32 } from 'node:zlib';
import { EVENT_KINDS, MOST_EVENTS, type PastEvent } from './events.ts';
import { type Bin, LEVELS, tenths } from './levels.ts';

const HEAD_BYTES = 64;
const BIN_BYTES = 64;
const EVENT_BYTES = 256;
/** Of an event: checksum, number, two times, count, kind, length. */
const EVENT_HEAD_BYTES = 4 + 4 + 8 + 8 + 4 + 1 + 1;

/** Where the bins of each level begin, and after them the events. */
const BEGINS = LEVELS.map((_, level) => {
  const before = LEVELS.slice(0, level).reduce((sum, { places }) => sum + places, 0);
  return HEAD_BYTES + before * BIN_BYTES;
});
const EVENTS_BEGIN = HEAD_BYTES + LEVELS.reduce((sum, { places }) => sum + places, 0) * BIN_BYTES;
export const HISTORY_BYTES = EVENTS_BEGIN + MOST_EVENTS * EVENT_BYTES;

/** The first bytes: the name, and the levels that the places are for. Another head is another layout. */
export function historyHead(): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write('pearlctl history 1\n', 'latin1');
  for (const [level, { stepSeconds, places }] of LEVELS.entries()) {
    head.writeUInt32LE(stepSeconds, 20 + level * 8);
    head.writeUInt32LE(places, 24 + level * 8);
  }
  return head;
}

/** Bytes, and where in the file they belong. */
export interface Placed {
  readonly offset: number;
  readonly bytes: Buffer;
}

export function placeBin(level: number, bin: Bin): Placed {
  const bytes = Buffer.alloc(BIN_BYTES);
  bytes.writeDoubleLE(bin.at, 4);
  bytes.writeUInt32LE(bin.samples, 12);
  for (const [index, rate] of [bin.mean, bin.low, bin.high].entries()) bytes.writeDoubleLE(rate, 16 + index * 8);
  const counts = [bin.accepted, bin.rejected, bin.stale, bin.dropped];
  for (const [index, count] of counts.entries()) bytes.writeUInt32LE(Math.min(count, 0xffffffff), 40 + index * 4);
  bytes.writeFloatLE(bin.celsius ?? Number.NaN, 56);
  bytes.writeFloatLE(bin.watts ?? Number.NaN, 60);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return { offset: (BEGINS[level] ?? 0) + placeOf(level, bin.at) * BIN_BYTES, bytes };
}

function placeOf(level: number, at: number): number {
  const { stepSeconds = 1, places = 1 } = LEVELS[level] ?? {};
  return (at / stepSeconds) % places;
}

export function placeEvent(event: PastEvent): Placed {
  const bytes = Buffer.alloc(EVENT_BYTES);
  const text = Buffer.from(event.text, 'utf8').subarray(0, EVENT_BYTES - EVENT_HEAD_BYTES);
  bytes.writeUInt32LE(event.number, 4);
  bytes.writeDoubleLE(event.atMs, 8);
  bytes.writeDoubleLE(event.lastMs, 16);
  bytes.writeUInt32LE(event.times, 24);
  bytes.writeUInt8(EVENT_KINDS.indexOf(event.kind), 28);
  bytes.writeUInt8(text.length, 29);
  text.copy(bytes, EVENT_HEAD_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return { offset: EVENTS_BEGIN + (event.number % MOST_EVENTS) * EVENT_BYTES, bytes };
}

export interface KeptPast {
  /** Per level, in no order and with holes. */
  readonly bins: readonly (readonly Bin[])[];
  readonly events: readonly PastEvent[];
}

export const NOTHING_KEPT: KeptPast = { bins: [], events: [] };

/** What a file says; whatever is torn, foreign or out of its place is left out. Null for a file of another layout. */
export function readHistory(file: Buffer): KeptPast | null {
  if (file.length !== HISTORY_BYTES || !file.subarray(0, HEAD_BYTES).equals(historyHead())) return null;
  const bins = LEVELS.map(({ places }, level) => {
    const begin = BEGINS[level] ?? 0;
    const all = Array.from({ length: places }, (_, place) => {
      const bin = readBin(part(file, begin, place, BIN_BYTES));
      return bin !== null && placeOf(level, bin.at) === place ? [bin] : [];
    });
    return all.flat();
  });
  const events = Array.from({ length: MOST_EVENTS }, (_, place) => {
    const event = readEvent(part(file, EVENTS_BEGIN, place, EVENT_BYTES));
    return event !== null && event.number % MOST_EVENTS === place ? [event] : [];
  });
  return { bins, events: events.flat() };
}

function part(file: Buffer, begin: number, place: number, bytes: number): Buffer {
  return file.subarray(begin + place * bytes, begin + (place + 1) * bytes);
}

function readBin(bytes: Buffer): Bin | null {
  if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return null;
  const [mean, low, high] = [16, 24, 32].map((at) => bytes.readDoubleLE(at));
  const [accepted = 0, rejected = 0, stale = 0, dropped = 0] = [40, 44, 48, 52].map((at) => bytes.readUInt32LE(at));
  const samples = bytes.readUInt32LE(12);
  const at = bytes.readDoubleLE(4);
  if (!isMoment(at) || samples === 0 || !isRate(low) || !isRate(mean) || !isRate(high)) return null;
  const [celsius = null, watts = null] = [56, 60].map((place) => measured(bytes.readFloatLE(place)));
  return { at, samples, mean, low, high, accepted, rejected, stale, dropped, celsius, watts };
}

function readEvent(bytes: Buffer): PastEvent | null {
  if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return null;
  const kind = EVENT_KINDS[bytes.readUInt8(28)];
  const [atMs, lastMs] = [bytes.readDoubleLE(8), bytes.readDoubleLE(16)];
  const length = bytes.readUInt8(29);
  if (kind === undefined || !isMoment(atMs) || !isMoment(lastMs) || length > EVENT_BYTES - EVENT_HEAD_BYTES)
    return null;
  // A text that was cut within a character ends before it.
  const text = bytes.toString('utf8', EVENT_HEAD_BYTES, EVENT_HEAD_BYTES + length).replace(/\ufffd+$/, '…');
  return { number: bytes.readUInt32LE(4), kind, atMs, lastMs, times: bytes.readUInt32LE(24), text };
}

function isMoment(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isRate(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value >= 0;
}

function measured(value: number): number | null {
  return Number.isFinite(value) ? tenths(value) : null;
}
