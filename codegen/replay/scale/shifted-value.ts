// Makes of a value another one that a column takes as well, and that no other row has. Pure.

/** Two values that differ do so as well when the same number is added. */
const STRIDE = 10_000_019

/** Ids of a fixed length, such as UUIDs, keep it. */
const FIXED_LENGTH = 16

/** SQL of the value number `turn`, itself an expression; for turn 0 the value as it is. */
export const shifted = (value: string, turn: string): string =>
  `CASE WHEN ${turn} = 0 THEN ${value} ELSE CASE typeof(${value}) ${[
    `WHEN 'integer' THEN ${value} + ${turn} * ${STRIDE}`,
    `WHEN 'real' THEN ${value} + ${turn}`,
    `WHEN 'text' THEN CASE WHEN length(${value}) >= ${FIXED_LENGTH} THEN substr(${value}, 1, length(${value}) - 6) || printf('%06x', ${turn}) ELSE ${value} || '~' || ${turn} END`,
    `WHEN 'blob' THEN CAST(substr(${value}, 1, length(${value}) - 6) || printf('%06x', ${turn}) AS BLOB)`,
  ].join(' ')} ELSE ${value} END END`

/** SQL of whether adding to it stays exact. */
export const isShiftable = (value: string): string =>
  `(typeof(${value}) <> 'integer' OR abs(${value} / 2) < 1099511627776)`
