// Detects whether a default is the same for every row, so that SQLite can add a column with it to existing rows.

/** A literal, as it follows DEFAULT. */
export const isConstant = (value: string): boolean => CONSTANT.test(value.trim())

const CONSTANT = /^(?:[+-]?\s*\.?\d[\w.+-]*|x?'[^']*(?:''[^']*)*'|"[^"]*"|null|true|false)$/i
