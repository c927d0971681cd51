// The keys of [rest]: when the miner works less or not at all, by itself. Each reason has a level, and what it goes by.
import { applied, miner, type Section } from './key.ts';
import { LEVELS, PROFILES } from './profiles.ts';
import { duration, filePath, oneOf, percentage, schedule, textValue, timeZone, wholeNumber } from './values.ts';

const level = oneOf(LEVELS);
const celsius = wholeNumber(30, 110);

export const restSection = {
  doc: 'When the miner rests by itself. A level is full (it works on), light (a part of the time) or off; the lowest of all wins.',
  keys: {
    profile: miner.key('profile', oneOf(PROFILES), {
      whenUnset: 'desktop in user scope, server in system scope',
      doc: 'A set of levels for the reasons below that are not set. server: full for all. desktop: off on battery, light in heat and beside load. laptop: off for these, and while it is in use; and efficient cores.',
      example: 'laptop',
    }),
    light: applied.key('lightPercent', percentage(1), {
      default: '25%',
      doc: 'The share of the time that each thread works at the level light.',
      example: '10%',
    }),
    schedule: applied.key('schedule', schedule, {
      whenUnset: 'always',
      doc: 'When the miner works: days, times or both, by the clock on the wall. A time that ends before it starts ends on the next day.',
      example: 'mon-fri 22:00-07:00, sat-sun',
    }),
    time_zone: applied.key('timeZone', timeZone, {
      whenUnset: "this machine's",
      doc: 'The time zone of the schedule.',
      example: 'Europe/Berlin',
    }),
    outside: applied.key('outside', level, {
      default: 'off',
      doc: 'The level outside of the schedule.',
      example: 'light',
    }),
    programs: applied.list('programs', textValue('the name of a program', { longest: 64, pattern: /^[^/]+$/ }), {
      whenUnset: 'none',
      doc: 'Programs that want the machine, by the names that top shows: games, video calls (Linux). An installed service does not see them, which `status` then says; `pearlctl run` does.',
      example: 'steam',
    }),
    beside: applied.key('beside', level, {
      default: 'off',
      doc: 'The level while one of these programs runs.',
      example: 'light',
    }),
    presence: applied.key('presence', level, {
      whenUnset: "the profile's",
      doc: 'The level while the machine is in use: by keyboard, mouse or terminal. A service of the system knows what logind knows, one of a user also its desktop.',
      example: 'off',
    }),
    away_after: applied.key('awayAfterMs', duration('10s', '1d'), {
      default: '3m',
      doc: 'It is not in use any more after so long without a key or a movement.',
      example: '10m',
    }),
    load: applied.key('load', level, {
      whenUnset: "the profile's",
      doc: 'The level while other programs need the processor (Linux).',
      example: 'light',
    }),
    load_above: applied.key('loadAbovePercent', percentage(1), {
      default: '50%',
      doc: 'They need it when they use more than this share of all processors, or wait for one a tenth of the time (PSI).',
      example: '25%',
    }),
    battery: applied.key('battery', level, {
      whenUnset: "the profile's",
      doc: 'The level while the machine runs on a battery or a UPS (Linux).',
      example: 'off',
    }),
    battery_above: applied.key('batteryAbovePercent', percentage(1), {
      whenUnset: 'at any charge',
      doc: 'With a charge above this, a battery is no reason to rest.',
      example: '80%',
    }),
    heat: applied.key('heat', level, {
      whenUnset: "the profile's",
      doc: 'The level while the processor is hot or slows itself down (Linux).',
      example: 'light',
    }),
    heat_stop: applied.key('heatStopCelsius', celsius, {
      default: '90',
      doc: 'It is hot from this temperature on, in degrees Celsius.',
      example: '85',
    }),
    heat_resume: applied.key('heatResumeCelsius', celsius, {
      default: '80',
      doc: 'It is cool again at this temperature, in degrees Celsius.',
      example: '70',
    }),
    metered: applied.key('metered', level, {
      default: 'full',
      doc: 'The level while the network is metered, as NetworkManager says (Linux). Mining sends a few kilobytes a minute.',
      example: 'off',
    }),
    price: applied.key('price', level, {
      default: 'off',
      doc: 'The level while power is dear, by one of the next two keys.',
      example: 'light',
    }),
    cheap: applied.key('cheap', schedule, {
      whenUnset: 'not known by the clock',
      doc: 'When power is cheap, written like schedule and in its time zone.',
      example: 'mon-fri 22:00-06:00, sat-sun',
    }),
    price_command: applied.key('priceCommand', filePath, {
      whenUnset: 'none',
      doc: 'A program that ends with 0 while power is cheap and with 1 while it is dear. It is asked every five minutes, without arguments; any other end is no reason to rest.',
      example: '/usr/local/bin/power-is-cheap',
    }),
  },
} as const satisfies Section;
