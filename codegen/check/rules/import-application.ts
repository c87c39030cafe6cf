// A migration imports application code, which will change under it.
import { posix } from 'node:path'
import { forwardSlashes } from '../../project/project-path.js'
import { forTypesAlone, staticImports } from '../source/imports.js'
import { resolveMigrationImport, isUnread } from '../source/unread-imports.js'
import { nodePlace } from '../subject/place.js'
import type { Rule, Script } from '../subject/rule.js'

/**
 * Imports of anything but `_*` files of the migrations folder, by a relative path or by an alias that tsconfig or package.json
 * has for one, or by the name of a package that is a link to sources in the same repository; among unresolvable ones, the usual
 * aliases of an application's own folders (`@/…`, `~/…`, `#…`). Packages and type-only imports are fine. Silent about other
 * migrations, which are IMPORT_MIGRATION, and about imports that the reading has reported as the reason why a migration cannot be
 * read.
 */
export const importApplication: Rule = {
  code: 'IMPORT_APPLICATION',
  severity: 'warning',
  *check(subject) {
    const folder = forwardSlashes(subject.settings.migrations)
    const { aliases } = subject.reading.discovery
    for (const script of subject.scripts) {
      for (const { specifier, node } of staticImports(script)) {
        const alias = aliases?.paths.get(specifier)
        if (!isApplication(specifier, script, { folder, alias })) continue
        if (resolveMigrationImport(specifier, script, subject)) continue
        if (isUnread(node, script, subject.reading.diagnostics)) continue
        yield {
          at: nodePlace(script, node),
          message: `${script.file} imports '${specifier}', which is not part of the migrations and may change after this one is released.`,
          fix: `Copy what is needed into the migration or into a \`_*\` file beside it.${forTypesAlone(script)}`,
        }
      }
    }
  },
}

const ALIAS = /^(@\/|~\/|#|\/)/

interface Place {
  readonly folder: string
  readonly alias: string | undefined
}

function isApplication(specifier: string, { path }: Script, { folder, alias }: Place): boolean {
  if (alias === undefined && ALIAS.test(specifier)) return true
  if (alias === undefined && !/^\.\.?(\/|$)/.test(specifier)) return false
  const meant = alias ?? posix.join(posix.dirname(path), specifier)
  const inFolder = posix.relative(folder, meant)
  return inFolder.startsWith('..') || !inFolder.split('/').some((part) => part.startsWith('_'))
}
