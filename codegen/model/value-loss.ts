// In which way a step loses values, or rows. Types only.

/**
 * `replaced`: the column was dropped, and another one of its name added. `left-out`: no statement that fills the table names
 * it. `mixed`: rows have values of it that other rows had. `constant`: every row has the same one, beside columns that were
 * swapped. `rounded`: code has read an integer as a number that cannot hold it. `cast`: CAST has kept a part of it. `shared`: all
 * rows get what belongs to one of them. `divided`: `down` does not lead back to what `up` has multiplied. `forsaken`: `down` drops
 * the table that `up` has moved them to. `unlisted`: a CASE without ELSE does not speak of a value that the table allows.
 * `unmade`: what is written is not made of the column. `unreturned`: `down` does not make a value again that `up` has put into
 * another column. `reworded`: `down` leaves a text as `up` has made it of another one, which it does not tell, or makes another of it that `up` had made the same of. `unpartnered`: a lookup in another table finds nothing for the row. `falsy`: 0 or '' is taken for a
 * missing value. `compared`: of a text stays whether it is one text. `unexchanged`: two
 * UPDATE that exchange columns one after the other leave both with the same values. `touched`: a trigger has written the moment. `seeded`: a row
 * of an earlier version is inserted once more. `untied`: a subquery is tied to no column of the row that gets what it finds. `levelled`: an UPDATE without a condition gives all rows one value. `quotient`: integers are divided by one for a column of numbers with fractions. `withheld`: `down` gives all rows nothing or one value, though `up` has kept what they had. `parted`: `down` cuts a text that `up` has joined at another space. `unarchived`: a copy of rows that are deleted has nothing of it. `unlinked`: a key has become NULL, as its row was deleted as a duplicate of one that stays. `mistaken`: `down` sets what `up` has left alone. `interim`: a subquery reads it of rows that the same UPDATE has changed already. `third`: `down` sets to a value of its own what `up` has set to another one. None where it was given other values.
 */
export type ValueLoss =
  | 'replaced'
  | 'left-out'
  | 'mixed'
  | 'constant'
  | 'rounded'
  | 'cast'
  | 'shared'
  | 'divided'
  | 'forsaken'
  | 'unlisted'
  | 'unmade'
  | 'unreturned'
  | 'reworded'
  | 'unpartnered'
  | 'falsy'
  | 'compared'
  | 'unexchanged'
  | 'touched'
  | 'seeded'
  | 'parted'
  | 'withheld'
  | 'quotient'
  | 'levelled'
  | 'untied'
  | 'unarchived'
  | 'unlinked'
  | 'mistaken'
  | 'interim'
  | 'third'

/**
 * `refilled`: all rows are deleted by name, and not all come back. `older`: a table that was there takes the place of this one.
 * `nulls`: of rows without a value that a UNIQUE index takes for unlike, a DELETE by name leaves one. `filter`: a statement that
 * drops rows in conflict does not take them, though nothing is in their way; `conflict`: the others, where it has both.
 * `forsaken`: `up` has moved them to `source`, which `down` drops; `left`: which it leaves with them. `another`: a new table has the rows of `source` in their place.
 * `unjoined`: a DELETE takes what a copy to `source` has left out, as its JOIN finds no partner for it; `apart`: as its filter
 * compares otherwise; `unnamed`: as it names other values. `grouped`: a DELETE takes rows for one that differ in a column of the key that follows; `wholly`: it leaves none of those that agree in all of it. `early`: a DELETE takes them before `later`, which is for them alone. `behind`: others were moved and deleted, and the table dropped. `along`: a DELETE of rows of which `source` has a copy takes them along. `merged`: they go with rows of `source` whose equals stay; `taken`: which have such rows already. `skipped`: code hands rows over one by one, and leaves these out. `unindexed`: an index had them, and is filled again without them though `source` has them still.
 */
export type RowLoss =
  | 'behind'
  | 'along'
  | 'refilled'
  | 'older'
  | 'nulls'
  | 'filter'
  | 'conflict'
  | 'forsaken'
  | 'left'
  | 'another'
  | 'unjoined'
  | 'apart'
  | 'unnamed'
  | 'grouped'
  | 'wholly'
  | 'early'
  | 'unindexed'
  | 'merged'
  | 'taken'
  | 'skipped'

/** How a text differs from others that are its equals to people: spaces around it, or capital letters. */
export type Spelling = 'spaces' | 'capitals'
