// A migration imports another migration, whose content is not part of its checksum.
import { posix } from 'node:path'
import { ts } from 'ts-morph'
import { forTypesAlone, staticImports } from '../source/imports.js'
import { resolveMigrationImport, boundNames, isUnread } from '../source/unread-imports.js'
import { nodePlace } from '../subject/place.js'
import type { Rule, Script } from '../subject/rule.js'

/**
 * Imports and re-exports of any migration file, earlier or later, in migrations and in the helpers beside them. Types are fine,
 * with `import type` or by a name that is only used as a type. A released migration cannot be changed without changing its
 * checksum, so a comment with a reason is enough there.
 */
export const importMigration: Rule = {
  code: 'IMPORT_MIGRATION',
  severity: 'error',
  override: 'acknowledged',
  *check(subject) {
    for (const script of subject.scripts) {
      for (const { specifier, node } of staticImports(script)) {
        const other = resolveMigrationImport(specifier, script, subject)
        if (!other || isUnread(node, script, subject.reading.diagnostics)) continue
        if (usesTypesOnly(node.parent, script)) continue
        yield {
          at: nodePlace(script, node),
          message: `${script.file} imports ${other.file}, which is itself a migration. An edit there changes what this file does, and no checksum shows it.`,
          fix: `Move what both need to a file such as \`_${other.name}${posix.extname(script.file)}\` in the migrations folder, and import it from there: it is part of the checksum of each migration that uses it.${forTypesAlone(script)} If the migration is already released, say so: \`// lockstep-ignore IMPORT_MIGRATION: reason\`.`,
        }
      }
    }
  },
}

/** Whether each name that an import binds is used, and never as a value: then nothing is loaded. */
function usesTypesOnly(statement: ts.Node, { nodes }: Script): boolean {
  const names = boundNames(statement)
  const uses = nodes
    .filter(ts.isIdentifier)
    .filter((node) => node.pos < statement.pos || statement.end <= node.pos)
  return (
    names.length > 0 &&
    names.every((name) => {
      const own = uses.filter(({ text }) => text === name)
      return own.length > 0 && own.every(isType)
    })
  )
}

/** Part of a type, or of its name: `Row`, `a.Row`, `typeof columns`, `implements Row`. */
function isType(name: ts.Identifier): boolean {
  let node: ts.Node = name
  while (ts.isQualifiedName(node.parent)) node = node.parent
  return ts.isPartOfTypeNode(node) || ts.isTypeQueryNode(node.parent)
}
