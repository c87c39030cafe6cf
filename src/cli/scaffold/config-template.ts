// The text of a new configuration file. Pure.
import type { ProjectFacts } from './project-facts.js'

/** What the configuration is to say; folders only where they are not the usual ones. */
export interface ConfigValues {
  readonly database: string
  readonly migrations?: string
  readonly out?: string
}

/** The name and the text of the configuration file for a project. */
export function configTemplate(
  values: ConfigValues,
  { language, modules, has }: Pick<ProjectFacts, 'language' | 'modules' | 'has'>,
): { readonly name: string; readonly text: string } {
  const typed = language === 'ts' && has('@types/better-sqlite3')
  const lines = [
    "import { defineConfig } from 'lockstep'",
    ...(typed ? [...TYPES, ''] : ['']),
    'export default defineConfig({',
    "  driver: 'better-sqlite3',",
    ...Object.entries(values).map(([key, value]) => `  ${key}: ${quoted(String(value))},`),
    '})',
  ]
  const extension = language === 'js' && modules === 'commonjs' ? 'mjs' : language
  return { name: `lockstep.config.${extension}`, text: `${lines.join('\n')}\n` }
}

/** Only where the client's types are installed: without them the import would not compile. */
const TYPES = [
  "import type Database from 'better-sqlite3'",
  '',
  "// Gives `db` in migrations the client's own type.",
  "declare module 'lockstep' {",
  '  interface Register {',
  '    handle: Database.Database',
  '  }',
  '}',
]

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '/').replaceAll("'", String.raw`\'`)}'`
