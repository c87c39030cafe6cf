// Digests what declared changes expand to, so that a registry shows whether somebody has edited it.
import { isDerived } from '../alter/expanded.js'
import type { ParsedMigration, Side } from '../model/migration.js'
import { digest, leaf } from './digest.js'

/** The digest of the sides expanded from the declaration, as they are written in the registry. */
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
