// Explains why rows are lost or conflict if two tables are merged, and how to keep all of them.

/** Why the rows of a table collide with those of another one, as a sentence without the full stop. */
export const whyMerged = (table: string, other: string): string =>
  `${table} and ${other} number their rows independently, so both have rows with the same number`

/** Without a full stop. */
export const FIX_MERGED =
  'Give the rows that are inserted into the other table new numbers: leave the key out of the INSERT, and update what points ' +
  'at them. Where rows with the same number are the same thing, merge them with an UPDATE first, and insert only the others'
