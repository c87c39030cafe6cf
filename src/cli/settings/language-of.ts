// In which language the generated registry and new migrations are written where the configuration does not say.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where a project shows its language. */
export interface LanguageSigns {
  readonly root: string
  readonly configFile: string | null
  /** The folder of the migrations; it need not exist. */
  readonly migrations: string
  /** The folder of the generated files; it need not exist. */
  readonly out: string
}

/**
 * TypeScript when the configuration is, when there is a tsconfig.json, or when a migration is: a registry in JavaScript
 * could not import it; also where a registry in TypeScript has been generated. JavaScript when only that is to be seen. A
 * project that shows neither gets TypeScript.
 */
export function languageOf(signs: LanguageSigns): 'ts' | 'js' {
  const { root, configFile, migrations, out } = signs
  const config = configFile ?? ''
  if (/\.m?ts$/.test(config) || existsSync(join(root, 'tsconfig.json'))) return 'ts'
  const names = namesIn(migrations)
  if (names.some((name) => /^(?:migration_)?\d.*\.[cm]?ts$/.test(name))) return 'ts'
  if (existsSync(join(out, 'registry.ts'))) return 'ts'
  const scripts = [config, ...names, ...namesIn(root), ...namesIn(join(root, 'src'))]
  return scripts.some((name) => /\.[cm]?jsx?$/.test(name)) ? 'js' : 'ts'
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])
