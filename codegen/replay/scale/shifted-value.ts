// Makes of a value another one that a column takes as well, and that no other row has. Pure.

/** Two values that differ do so as well when the same number is added. */
const STRIDE = 10_000_019

/** Ids of a fixed length, such as UUIDs, keep it. */
const FIXED_LENGTH = 16

/** Ids that are counted differ in their last letters. */
const inMiddle = (value: string, turn: string): string =>
  `substr(${value}, 1, length(${value}) - 12) || printf('%06x', ${turn}) || substr(${value}, -6)`

/** SQL of the value number `turn`, itself an expression; for turn 0 the value as it is. */
export const shifted = (value: string, turn: string): string =>
  `CASE WHEN ${turn} = 0 THEN ${value} ELSE CASE typeof(${value}) ${[
    `WHEN 'integer' THEN ${value} + ${turn} * ${STRIDE}`,
    `WHEN 'real' THEN ${value} + ${turn}`,
    `WHEN 'text' THEN CASE WHEN length(${value}) >= ${FIXED_LENGTH} THEN ${inMiddle(value, turn)} ELSE ${value} || '~' || ${turn} END`,
    `WHEN 'blob' THEN CAST(${inMiddle(value, turn)} AS BLOB)`,
  ].join(' ')} ELSE ${value} END END`

/** SQL of whether adding to it stays exact. */
export const isShiftable = (value: string): string =>
  `(typeof(${value}) <> 'integer' OR abs(${value} / 2) < 1099511627776)`

/** SQL of a value that is no key and no state, other in each turn; JSON, truth values and what is `fixed` stay. */
export const varied = (value: string, turn: string, fixed: readonly string[]): string =>
  `CASE WHEN ${value} IN (${[...fixed, '0', '1'].join(', ')}) OR ${value} GLOB '[[{]*' OR NOT ${isShiftable(value)} THEN ${value} ${[
    `WHEN typeof(${value}) IN ('integer', 'real') THEN ${value} + ${turn}`,
    `WHEN ${value} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN date('1970-01-01', '+' || ${turn} || ' days') || substr(${value}, 11)`,
    `WHEN typeof(${value}) = 'text' THEN ${shifted(value, turn)}`,
  ].join(' ')} ELSE ${value} END`
