// Loads a registry with stand-ins for migrations that are gone: for inspection, never to be run.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { tryBuild } from '../../../codegen/bundle/build-module.js'
import { evaluateModule } from '../../../codegen/bundle/evaluate-module.js'
import { lendTo } from '../../../codegen/bundle/lent-doors.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Registry } from '../../model/registry.js'
import { registryOf } from './registry-exports.js'

/** The files that a registry names and that do not exist, relative to the project. */
export const missingFiles = (text: string, root: string): readonly string[] =>
  [...new Set([...text.matchAll(NAMED)].map(([, file]) => file!))].filter(
    (file) => !existsSync(join(root, file)),
  )

/** As the registry is written, and as a formatter may rewrite it. */
const NAMED = /^\s*"?file"?: ["']([^"'\n]+)["']/gm
const IMPORT =
  /^(?:import (?:\* as )?(\w+) from|(?:import|const) (\w+) = require\() ?["']([^"'\n]+)["'].*$/gm

/** Null if more than that is wrong. */
export async function loadWithout(
  file: string,
  root: string,
): Promise<Registry<ClientHandle> | null> {
  const text = readFileSync(file, 'utf8')
  const gone = new Set(missingFiles(text, root).map(stemOf))
  const standing = text.replace(IMPORT, (line, esm?: string, cjs?: string, from = '') =>
    gone.has(stemOf(from)) ? `const ${esm ?? cjs} = { up: '', down: '' };` : line,
  )
  const built = await tryBuild({ file, root, text: standing, doors: 'lent' })
  if (built.failure) return null
  return registryOf(evaluateModule(built.code, file, await lendTo(built.code)))
}

const stemOf = (path: string): string => basename(path).replace(/\.[cm]?[jt]s$/, '')
