// The rate's past, kept in memory so that a page which is opened now can show it: two seconds fine for fifteen minutes, one
// minute fine for a day. Pure except for its own rings, which never grow beyond their places.

/** Unix seconds, MAC/s, and how many shares had been accepted by then. A tuple, since a page is sent two thousand. */
export type RatePoint = readonly [atSeconds: number, macsPerSecond: number, acceptedShares: number];

export interface RateSample {
  /** Wall clock, milliseconds. */
  atMs: number;
  /** The rates of `status`, over 10 s and 60 s. */
  macsPerSecond10s: number;
  macsPerSecond60s: number;
  acceptedShares: number;
}

interface RateSeries {
  stepSeconds: number;
  /** Oldest first, their times rising; a time without points is a time without a supervisor, or asleep. */
  points: RatePoint[];
}

export interface RatePast {
  /** Rates over 10 s, for fifteen minutes. */
  recent: RateSeries;
  /** Rates over 60 s, for a day. */
  day: RateSeries;
}

const RECENT = { stepSeconds: 2, places: 450 };
const DAY = { stepSeconds: 60, places: 1440 };

export class RateHistory {
  readonly #recent = new Ring(RECENT.places);
  readonly #day = new Ring(DAY.places);

  /** Takes a sample, as often as they come: of those that are closer than a series is fine, it keeps the first. */
  add({ atMs, macsPerSecond10s, macsPerSecond60s, acceptedShares }: RateSample): void {
    const at = Math.round(atMs / 1000);
    keep(this.#recent, RECENT.stepSeconds, [at, Math.round(macsPerSecond10s), acceptedShares]);
    keep(this.#day, DAY.stepSeconds, [at, Math.round(macsPerSecond60s), acceptedShares]);
  }

  /** The points later than a Unix time in seconds. */
  since(atSeconds: number): RatePast {
    return {
      recent: { stepSeconds: RECENT.stepSeconds, points: this.#recent.after(atSeconds) },
      day: { stepSeconds: DAY.stepSeconds, points: this.#day.after(atSeconds) },
    };
  }
}

function keep(ring: Ring, stepSeconds: number, point: RatePoint): void {
  // A clock that was set back leaves points in the future, where they would stay for ever.
  ring.forgetFrom(point[0]);
  const last = ring.last();
  if (last === undefined || point[0] - last[0] >= stepSeconds) ring.push(point);
}

/** The newest `places` points, in order. */
class Ring {
  readonly #points: RatePoint[] = [];
  readonly #places: number;
  #start = 0;
  #count = 0;

  constructor(places: number) {
    this.#places = places;
  }

  push(point: RatePoint): void {
    this.#points[(this.#start + this.#count) % this.#places] = point;
    if (this.#count < this.#places) this.#count += 1;
    else this.#start = (this.#start + 1) % this.#places;
  }

  last(): RatePoint | undefined {
    return this.#at(this.#count - 1);
  }

  /** Drops the points of a time and later. */
  forgetFrom(atSeconds: number): void {
    while ((this.last()?.[0] ?? Number.NEGATIVE_INFINITY) >= atSeconds) this.#count -= 1;
  }

  after(atSeconds: number): RatePoint[] {
    const later: RatePoint[] = [];
    for (let index = this.#count - 1; index >= 0; index--) {
      const point = this.#at(index);
      if (point === undefined || point[0] <= atSeconds) break;
      later.push(point);
    }
    return later.reverse();
  }

  #at(index: number): RatePoint | undefined {
    return index < 0 ? undefined : this.#points[(this.#start + index) % this.#places];
  }
}
