// Random tables and indexes: every kind of constraint, default and foreign key.
import { pick, type Random } from '../../../support/random.js'
import {
  expression,
  listed,
  literal,
  NAMES,
  sql,
  TYPES,
  written,
  type Words,
  type Candidate,
  type Made,
} from './random-sql.js'

/** Words that are there sometimes. */
export const often = (random: Random, chance: number, words: () => Words): Words =>
  random() < chance ? words() : []

/** From one to so many things. */
export const several = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: 1 + Math.floor(random() * most) }, make)

/** Names that SQLite takes for different ones. */
export const freshNames = (random: Random, most: number): string[] => [
  ...new Map(
    several(random, most, () => pick(random, NAMES)).map((name) => [name.toLowerCase(), name]),
  ).values(),
]

const ACTIONS = [sql`CASCADE`, sql`SET NULL`, sql`SET DEFAULT`, sql`RESTRICT`, sql`NO ACTION`]
const RESOLUTIONS = ['REPLACE', 'IGNORE', 'FAIL', 'ABORT', 'ROLLBACK']
const OPTIONS = [[], [], sql`STRICT`, sql`WITHOUT ROWID`, sql`STRICT , WITHOUT ROWID`]

const onConflict = (random: Random): Words =>
  often(random, 0.25, () => sql`ON CONFLICT ${pick(random, RESOLUTIONS)}`)

function references({ random, tables }: Made): Words {
  const parent = random() < 0.8 ? pick(random, tables) : undefined
  const columns = parent?.columns ?? ['id']
  return [
    ...sql`REFERENCES ${written(random, parent?.name ?? pick(random, NAMES))}`,
    ...often(random, 0.6, () => sql`( ${written(random, pick(random, columns))} )`),
    ...often(random, 0.5, () => sql`ON DELETE ${pick(random, ACTIONS)}`),
    ...often(random, 0.5, () => sql`ON UPDATE ${pick(random, ACTIONS)}`),
    ...often(random, 0.2, () => sql`MATCH simple`),
    ...often(random, 0.2, () => sql`NOT DEFERRABLE`),
    ...often(
      random,
      0.3,
      () => sql`DEFERRABLE INITIALLY ${pick(random, ['DEFERRED', 'IMMEDIATE'])}`,
    ),
  ]
}

function defaultOf(random: Random): Words {
  const forms = [
    () => sql`DEFAULT ${literal(random)}`,
    () => sql`DEFAULT ${literal(random)}`,
    () => sql`DEFAULT ${pick(random, ['abc', '"x y"', '[z]', 'off', 'key'])}`,
    () => sql`DEFAULT ( ${expression(random, { operands: [], depth: 2 })} )`,
  ]
  return pick(random, forms)()
}

/** The definition of a column; its expressions are over the operands. */
export function randomColumn(state: Made, name: string, operands: Words): Words {
  const { random } = state
  const generation = (): Words => [
    ...often(random, 0.5, () => sql`GENERATED ALWAYS`),
    ...sql`AS ( ${expression(random, { operands, depth: 2 })} )`,
    ...often(random, 0.6, () => [pick(random, ['STORED', 'VIRTUAL'])]),
  ]
  const constraints: readonly (readonly [number, () => Words])[] = [
    [0.3, () => sql`NOT NULL ${onConflict(random)}`],
    [0.1, () => sql`NULL`],
    [0.12, () => sql`UNIQUE ${onConflict(random)}`],
    random() < 0.15 ? [1, generation] : [0.35, () => defaultOf(random)],
    [0.2, () => sql`CHECK ( ${expression(random, { operands, depth: 3 })} )`],
    [0.2, () => sql`COLLATE ${pick(random, ['NOCASE', 'rtrim', '"binary"', '[NoCase]'])}`],
    [0.2, () => references(state)],
  ]
  const named = (): Words =>
    often(random, 0.2, () => sql`CONSTRAINT ${written(random, pick(random, NAMES))}`)
  const rest = constraints.flatMap(([chance, words]) =>
    often(random, chance, () => [...named(), ...words()]),
  )
  return [written(random, name), ...pick(random, TYPES), ...rest]
}

/** A table. */
export function randomTable(state: Made): Candidate {
  const { random, tables } = state
  const name = pick(random, NAMES)
  const columns = freshNames(random, 6)
  const operands = columns.map((column) => written(random, column))
  const one = (): string => written(random, pick(random, columns))
  const definitions = columns.map((column) => randomColumn(state, column, operands))
  const key = often(random, 0.2, () => sql`DESC`).concat(
    often(random, 0.3, () => sql`AUTOINCREMENT`),
  )
  if (random() < 0.4) definitions[0] = sql`${operands[0]!} INTEGER PRIMARY KEY ${key}`
  const constraints: readonly (readonly [number, () => Words])[] = [
    [0.3, () => sql`PRIMARY KEY ( ${one()} ) ${onConflict(random)}`],
    [0.2, () => sql`UNIQUE ( ${one()} , ${one()} ) ${onConflict(random)}`],
    [0.2, () => sql`CONSTRAINT ${one()} CHECK ( ${expression(random, { operands, depth: 4 })} )`],
    [0.2, () => sql`FOREIGN KEY ( ${one()} ) ${references(state)}`],
  ]
  const further = constraints.map(([chance, words]) => often(random, chance, words))
  const all = listed([...definitions, ...further.filter(({ length }) => length > 0)])
  const head = sql`CREATE TABLE ${often(random, 0.2, () => sql`IF NOT EXISTS`)}`
  return {
    words: sql`${head} ${written(random, name)} ( ${all} ) ${pick(random, OPTIONS)}`,
    made: () => void tables.push({ name, columns }),
  }
}

/** An index on a table that there is. */
export function randomIndex(state: Made): Candidate {
  const { random } = state
  const table = pick(random, state.tables)
  if (!table) return randomTable(state)
  const operands = table.columns.map((column) => written(random, column))
  const items = several(random, 3, () => [
    ...(random() < 0.6 ? [pick(random, operands)] : expression(random, { operands, depth: 2 })),
    ...often(random, 0.2, () => sql`COLLATE ${pick(random, ['NOCASE', 'rtrim'])}`),
    ...often(random, 0.4, () => [pick(random, ['ASC', 'DESC'])]),
  ])
  const where = (): Words => sql`WHERE ${expression(random, { operands, depth: 2 })}`
  const head = sql`CREATE ${often(random, 0.3, () => sql`UNIQUE`)} INDEX`
  const [name, on] = [written(random, pick(random, NAMES)), written(random, table.name)]
  return { words: sql`${head} ${name} ON ${on} ( ${listed(items)} ) ${often(random, 0.4, where)}` }
}
