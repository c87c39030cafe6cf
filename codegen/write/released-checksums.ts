// Whether migrations that have shipped still are what the committed registry says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../model/diagnostic.js'
import type { GenerateSettings } from '../model/settings.js'
import type { RegistryItem } from '../model/registry-item.js'
import { releasedEdited } from './generated-problems.js'
import { registryTokens } from './registry-tokens.js'

/** One finding for each migration at or below `released` whose meaning is another than in the registry on disk. */
export function releasedEdits(
  items: readonly RegistryItem[],
  { out, language, released = 0 }: GenerateSettings,
): Diagnostic[] {
  if (released === 0) return []
  const pinned = checksumsIn(readIfThere(join(out, `registry.${language}`)))
  return items.flatMap(({ migration, checksums, formerly }) => {
    const { version, up, position, file } = migration
    const known = pinned.get(version)
    const isSame = known === undefined || [checksums.up, ...formerly].includes(known)
    if (version > released || isSame) return []
    return [releasedEdited(up?.position ?? position, version, file.file)]
  })
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The checksum of each version: what stands behind `checksum:` after `version:`. */
function checksumsIn(registry: string): Map<number, string> {
  const { tokens } = registryTokens(registry)
  const found = new Map<number, string>()
  let version = 0
  for (const [at, { text }] of tokens.entries()) {
    if (tokens[at + 1]?.text !== ':') continue
    const value = tokens[at + 2]?.text ?? ''
    if (text === 'version' && /^\d+$/.test(value)) version = Number(value)
    if (text === 'checksum' && version > 0) found.set(version, value.replace(/^['"]|['"]$/g, ''))
  }
  return found
}
