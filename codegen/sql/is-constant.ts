// Whether a default is the same for every row, so that SQLite adds a column with it to rows that are there.

/** A literal, as it stands behind DEFAULT. */
export const isConstant = (value: string): boolean => CONSTANT.test(value.trim())

const CONSTANT = /^(?:[+-]?\s*\.?\d[\w.+-]*|x?'[^']*(?:''[^']*)*'|"[^"]*"|null|true|false)$/i
