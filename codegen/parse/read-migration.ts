// Builds one migration from its members, whichever form they come from.
import { distance } from 'fastest-levenshtein'
import type { Node } from 'ts-morph'
import { namedAt } from './declared-data.js'
import type { Position } from '../model/diagnostic.js'
import type { Form, MigrationFile, ParsedMigration } from '../model/migration.js'
import { alterForm, batchesForm, misspelt } from './form-problems.js'
import { asksToDerive, derivedSide } from './derived-side.js'
import { readAlter } from './read-alter.js'
import { readBatches } from './read-batches.js'
import { readFacts } from './read-declared.js'
import { readSide } from './read-side.js'
import type { Reader } from './reader.js'
import type { Members } from './values.js'

/** Where a migration was found. */
export interface Found {
  readonly form: Form
  readonly file: MigrationFile
  readonly position: Position
}

/**
 * The migration defined by the members of an object, a class or a module. In a list `sql` is another word for `up`. It is
 * unreadable if any part of it has a problem.
 */
export function readMigration(found: Found, members: Members, reader: Reader): ParsedMigration {
  const batches = members.get('batches')
  if (batches && found.form === 'object') return readBatched(found, { members, batches }, reader)
  const alter = members.get('alter')
  if (alter && (found.form !== 'exports' || !members.has('up')))
    return readAltering(found, { members, alter }, reader)
  const before = reader.problems.length
  const up = found.form === 'list' && members.has('sql') ? 'sql' : 'up'
  const read = {
    ...blankMigration(found),
    ...readFacts(members, reader),
    up: readSide(up, members.get(up), reader),
    down: null,
  }
  const stated = readSide('down', members.get('down'), reader)
  const down = asksToDerive(stated) ? derivedSide(stated.position, read.up, reader) : stated
  const unreadable = reader.problems.slice(before).some(({ severity }) => severity === 'error')
  return { ...read, down, unreadable }
}

/** A migration whose `up`, and perhaps `down`, is expanded from its declared changes. */
function readAltering(
  found: Found,
  { members, alter: member }: { readonly members: Members; readonly alter: Node },
  reader: Reader,
): ParsedMigration {
  const before = reader.problems.length
  const position = reader.place(member)
  if (found.form !== 'object') reader.report(alterForm(position, 'only an object declares changes'))
  if (members.has('up')) reader.report(alterForm(position, 'there is an `up` as well'))
  const alter = readAlter(member, reader)
  const down = readSide('down', members.get('down'), reader)
  if (down?.kind === 'code')
    reader.report(
      alterForm(down.position, '`down` is a function, but beside `alter` it must be SQL'),
    )
  const open = { kind: 'code', async: false, steps: null } as const
  return {
    ...blankMigration(found),
    ...readFacts(members, reader),
    ...(alter && { alter }),
    up: { ...open, position, node: member },
    down: asksToDerive(down) ? { ...open, position: down.position, node: down.node! } : down,
    unreadable: reader.problems.slice(before).some(({ severity }) => severity === 'error'),
  }
}

/** A migration whose `up` is the batches that it declares. They are run outside a transaction, with keys enforced. */
function readBatched(
  found: Found,
  { members, batches: member }: { readonly members: Members; readonly batches: Node },
  reader: Reader,
): ParsedMigration {
  const before = reader.problems.length
  const position = reader.place(member)
  for (const other of ['up', 'alter', 'transaction', 'foreignKeys'])
    if (members.has(other)) reader.report(batchesForm(position, `there is \`${other}\` as well`))
  const batches = readBatches(member, reader)
  const down = readSide('down', members.get('down'), reader)
  if (asksToDerive(down))
    reader.report(batchesForm(down.position, '`down` cannot be derived from batches'))
  return {
    ...blankMigration(found),
    ...readFacts(members, reader),
    ...(batches && { batches }),
    up: { kind: 'code', async: false, position, node: member },
    down,
    transaction: { value: false, position },
    foreignKeys: { value: 'enforce', position },
    unreadable: reader.problems.slice(before).some(({ severity }) => severity === 'error'),
  }
}

/** A migration of which only the place is known. Rules ignore it. */
export function blankMigration({ form, file, position }: Found): ParsedMigration {
  return {
    version: file.from,
    name: file.name,
    form,
    file,
    position,
    declaredVersion: null,
    declaredName: null,
    description: null,
    up: null,
    down: null,
    irreversible: null,
    transaction: null,
    foreignKeys: null,
    effects: null,
    unreadable: true,
  }
}

/** The blank migration of a file whose form was not recognised; only a list has a range of versions. */
export function blankFile(file: MigrationFile, position?: Position): ParsedMigration {
  const form = file.from === file.to ? 'object' : 'list'
  return blankMigration({ form, file, position: position ?? firstLine(file) })
}

/** The start of a file. */
export const firstLine = ({ file }: MigrationFile): Position => ({ file, line: 1, column: 1 })

const KNOWN = [
  'up',
  'down',
  'version',
  'name',
  'description',
  'irreversible',
  'transaction',
  'foreignKeys',
  'effects',
  'needs',
]

/** Warns of members whose names are close to a part of a migration, and which would silently have no effect. */
export function checkSpelling(members: Members, reader: Reader): void {
  const missing = KNOWN.filter((known) => !members.has(known))
  for (const [name, node] of members) {
    const meant = KNOWN.includes(name) ? undefined : missing.find((known) => isClose(name, known))
    if (meant) reader.report(misspelt(reader.place(namedAt(node)), name, meant))
  }
}

/** Short names must match every letter, or every `names` would be taken for a `name`. */
function isClose(name: string, known: string): boolean {
  const tolerance = known.length > 7 ? 2 : known.length > 4 ? 1 : 0
  return distance(name.replaceAll('_', '').toLowerCase(), known.toLowerCase()) <= tolerance
}
