// SQL that needs more space than a database of ten pages has.

/** A statement that writes a megabyte into a table of one column. */
export const fill = (table: string): string => `INSERT INTO ${table} VALUES (zeroblob(1000000))`
