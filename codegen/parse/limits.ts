// Limits the size of values built from constants: doubled sixty times, a few characters fill any memory.
import type { Constant } from './values.js'

/** In characters: far more than anybody writes down in constants. */
const TEXT = 2 ** 24

/** Elements that lists may have by spreading others into them. */
const ELEMENTS = 2 ** 17

/** The text of a constant in a template. */
export const textOf = (value: Constant): string =>
  typeof value === 'object' && value !== null ? value.text : String(value)

/** Whether these would together exceed the largest text that is read. */
export const isTooLarge = (parts: readonly Constant[]): boolean =>
  parts.reduce<number>((length, part) => length + textOf(part).length, 0) > TEXT

/** Whether a list would have more elements than are read. */
export const isTooLong = (lists: readonly (readonly unknown[])[]): boolean =>
  lists.reduce((length, { length: more }) => length + more, 0) > ELEMENTS
