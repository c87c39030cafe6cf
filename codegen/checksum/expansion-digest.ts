// The digest of what declared changes became, by which a registry shows that nobody has edited it.
import { isDerived } from '../alter/expanded.js'
import type { ParsedMigration, Side } from '../model/migration.js'
import { digest, leaf } from './digest.js'

/** Of the sides that were made from the declaration, as they stand in the registry. */
export const expansionDigest = (migration: ParsedMigration): string =>
  digest([
    'expansion',
    leaf('up', textOf(migration.up)),
    leaf('down', isDerived(migration) ? textOf(migration.down) : ''),
  ])

const textOf = (side: Side | null): string =>
  side?.kind === 'sql'
    ? side.pieces.map(({ text }) => text).join('\n')
    : JSON.stringify(side?.steps ?? null)
