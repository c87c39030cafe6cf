// How the migrations themselves write the ends of their imports. Pure but for looking which files there are.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import type { MigrationFile } from '../../model/migration.js'
import type { SpecifierExtension } from './import-specifier.js'

/** The way in which all of them import TypeScript files beside them; null where they do not, or in several ways. */
export function ownImports(files: readonly MigrationFile[]): SpecifierExtension | null {
  const ways = new Set(
    files
      .filter(({ kind }) => kind === 'script')
      .flatMap(({ path, text }) =>
        [...text.matchAll(RELATIVE)].flatMap(([, specifier]) => wayOf(specifier!, path) ?? []),
      ),
  )
  return ways.size === 1 ? [...ways][0]! : null
}

const RELATIVE = /\bfrom\s*['"](\.{1,2}\/[^'"\n]+)['"]/g

function wayOf(specifier: string, importer: string): SpecifierExtension | null {
  if (/\.[cm]?ts$/.test(specifier)) return 'ts'
  const path = posix.join(posix.dirname(importer), specifier)
  // What is there by this very name is no TypeScript file.
  if (/\.[cm]?js$/.test(specifier)) return existsSync(path) ? null : 'js'
  return existsSync(`${path}.ts`) ? 'none' : null
}
