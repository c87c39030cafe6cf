// Ensures, before anything is changed, that a column identifies each row of a query uniquely and permanently.
import type { Work } from '../../database/outcome.js'
import type { Batches } from '../../model/migration.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { batchesInvalid } from '../../errors/usage.js'
import { askedOf, BY_ROWID, searchBy, unfit, type Asked } from '../context/walk.js'
import type { Environment } from '../environment/environment.js'

/** A query whose key is a declared key column of a table. */
export interface Keyed extends Asked {
  readonly table: string
  readonly column: string
  /** Whether the key is INTEGER PRIMARY KEY, whose values are all integers. */
  readonly isRowid: boolean
  /** Whether the query selects every row of the table. */
  readonly isWhole: boolean
  /** Whether the rows of the query may depend on other rows. */
  readonly looksAround: boolean
}

/** The rows that a step declares. Throws `BATCHES_INVALID` unless their key is proven to be one. */
export function* provenRows<H>(
  env: Environment<H>,
  { query, by }: Pick<Batches<H>, 'query' | 'by'>,
): Work<Keyed> {
  const asked = askedOf(env, query, by)
  const search = (yield* searchBy(asked, by)) ?? ''
  const { table, isWhole } = yield* tableOf(asked)
  const column = table && (yield* keyOf(asked, table, search))
  const isRowid = search.includes(BY_ROWID)
  if (table && column)
    return { ...asked, table, column, isRowid, isWhole, looksAround: yield* looksAround(asked) }
  if (table && isRowid) throw unfit(by, renumbered(table), DECLARED)
  throw (yield* obstacle(asked, by)) ?? unfit(by, UNPROVEN, DECLARED)
}

/** What keeps SQLite from searching the table by any key; undefined if the key is to blame. */
function* obstacle({ key, source, ask }: Asked, by: string): Work<LockstepError | undefined> {
  const refused = (why: string, fix: string): LockstepError =>
    new LockstepError(
      batchesInvalid(`The rows cannot be walked by ${JSON.stringify(by)}: ${why}.`, fix, {
        option: 'by',
        value: by,
      }),
    )
  const plan = yield* ask(`EXPLAIN QUERY PLAN SELECT 1 FROM ${source} WHERE ${key} = 1`)
  if (plan.some(({ detail }) => APART.test(String(detail))))
    return refused('SQLite cannot search the rows of this query by any column', PLAIN_QUERY)
  const program = yield* ask(`EXPLAIN SELECT ${key} FROM ${source}`)
  if (program.some(({ opcode, p3 }) => isRead(String(opcode)) && p3 === 1))
    return refused(
      'the query reads a TEMP table',
      'Drop or rename the TEMP table, or write `main.` before the name.',
    )
  return undefined
}

/** How a query plan names a query whose rows are made before any is searched for. */
const APART = /^(?:CO-ROUTINE|MATERIALIZE|COMPOUND)\b/

const PLAIN_QUERY =
  'Select from one table, with at most a condition: no window function, UNION, DISTINCT, GROUP BY or LIMIT. Compute anything else in `update` or `each`.'

const UNPROVEN =
  'it is neither the INTEGER PRIMARY KEY of the only table that the query reads, nor another column of it, not computed, that is NOT NULL and has a unique index of its own'

const renumbered = (table: string): string =>
  `it is the rowid of ${table}, which has no INTEGER PRIMARY KEY: VACUUM renumbers such rows, and a step that continues after that would skip rows or process them twice`

const DECLARED =
  'Walk by a column that is declared as a key: INTEGER PRIMARY KEY, or PRIMARY KEY or UNIQUE with NOT NULL.'

/** The table that the key's values are read from, whatever the query calls it, taken from the query's bytecode. */
function* tableOf({ key, source, ask }: Asked): Work<Source> {
  const program = yield* ask(`EXPLAIN SELECT ${key} FROM ${source}`)
  const end = program.findIndex(({ opcode }) => opcode === 'ResultRow')
  const shown = program[end]?.['p1']
  const read = program.findLast(
    ({ opcode, p2, p3 }, at) =>
      at < end &&
      (opcode === 'Column' ? p3 : /^(?:Idx)?Rowid$/.test(String(opcode)) && p2) === shown,
  )
  const opened = program.find(
    ({ opcode, p1, p3 }) => opcode === 'OpenRead' && p1 === read?.['p1'] && p3 === 0,
  )
  const opcodes = program.map(({ opcode }) => String(opcode))
  const isWhole = opcodes.every((one) => PLAIN.test(one)) && opcodes.filter(isRead).length === 1
  if (!read || !opened) return { table: undefined, isWhole }
  const page = Number(opened['p2'])
  const [found] = yield* ask('SELECT tbl_name AS name FROM main.sqlite_master WHERE rootpage = ?', [
    page,
  ])
  return { table: found && String(found['name']), isWhole }
}

/** A single table read by itself has one line, or several if it uses more than one index. */
function* looksAround({ key, source, ask }: Asked): Work<boolean> {
  const plan = yield* ask(`EXPLAIN QUERY PLAN SELECT ${key} FROM ${source}`)
  return plan.filter(({ detail }) => /^S(?:CAN|EARCH)\b/.test(String(detail))).length > 1
}

interface Source extends Pick<Keyed, 'isWhole'> {
  readonly table: string | undefined
}

const isRead = (opcode: string): boolean => opcode === 'OpenRead'

/** The opcodes of a program that returns every row of the table it opens without filtering. */
const PLAIN =
  /^(?:Init|Transaction|Goto|OpenRead|Rewind|Column|(?:Idx)?Rowid|ResultRow|Next|Halt|Explain|Noop)$/

/** The key column, derived from how SQLite would search for one of its values. */
function* keyOf({ ask }: Asked, table: string, search: string): Work<string | undefined> {
  const [, index] = SEARCH.exec(search) ?? []
  if (index === undefined && !search.includes(BY_ROWID) && !search.includes(BY_KEY))
    return undefined
  const [found] = search.includes(BY_ROWID)
    ? yield* ask(ALIAS, [table, table])
    : yield* ask(KEY, [table, table, index ?? '', index ?? ''])
  return found && String(found['name'])
}

const SEARCH = /^SEARCH .+? USING (?:COVERING )?INDEX (.+) \([^()]+=\?\)$/

/** The primary key of a table without rowids. */
const BY_KEY = ' USING PRIMARY KEY '

/** A column that is an alias of the rowid: any other primary key has an index. */
const ALIAS = `SELECT c.name FROM unshadowed.pragma_table_info(?, 'main') c
WHERE c.pk > 0 AND NOT EXISTS (SELECT 1 FROM unshadowed.pragma_index_list(?, 'main') l WHERE l.origin = 'pk')`

/** The only column of an index, if it is never NULL. Triggers do not see the previous value of a generated one. */
const KEY = `SELECT max(c.name) AS name FROM unshadowed.pragma_index_list(?, 'main') l, unshadowed.pragma_index_info(l.name, 'main') i
LEFT JOIN unshadowed.pragma_table_xinfo(?, 'main') c ON c.cid = i.cid AND c.hidden = 0
WHERE (l.name = ? OR (? = '' AND l.origin = 'pk')) AND l."unique" AND NOT l.partial
GROUP BY l.name HAVING count(*) = 1 AND sum(c."notnull") = 1`
