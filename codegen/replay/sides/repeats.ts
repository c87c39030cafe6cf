// How often a run is repeated before a difference from it is put down to anything but chance.

/** A choice of two that falls the same way in all of them happens once in a thousand times. */
export const REPEATS = 10
