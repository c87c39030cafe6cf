// The text of a new configuration file. Pure.
import type { ProjectFacts } from './project-facts.js'
import { objectText } from './script-text.js'

/** The values of the configuration; folders only if they are not the defaults. */
export interface ConfigValues {
  readonly database: string
  readonly migrations?: string
  readonly out?: string
}

/** The name and the text of the configuration file for a project. */
export function configTemplate(
  values: ConfigValues,
  { language, modules, has, compiler }: ConfigFacts,
): { readonly name: string; readonly text: string } {
  const isTyped = language === 'ts' && compiler.config === 'compiled'
  const lines = objectText(isTyped && compiler.isolatedDeclarations ? 'isolated' : 'module', {
    door: 'lockstep',
    define: 'defineConfig',
    type: 'LockstepConfig',
    name: 'config',
    before: isTyped && has('@types/better-sqlite3') ? TYPES : [],
    members: [
      "  driver: 'better-sqlite3',",
      ...Object.entries(values).map(([key, value]) => `  ${key}: ${quoted(String(value))},`),
    ],
  })
  const isForeign = language === 'js' ? modules === 'commonjs' : compiler.config === 'refused'
  return { name: `lockstep.config.${isForeign ? 'mjs' : language}`, text: `${lines.join('\n')}\n` }
}

type ConfigFacts = Pick<ProjectFacts, 'language' | 'modules' | 'has' | 'compiler'>

/** Only if the client's types are installed. As an import in a type it needs no `esModuleInterop`. */
const TYPES = [
  '',
  "// Gives `db` in migrations the client's own type.",
  "declare module 'lockstep' {",
  '  interface Register {',
  "    handle: import('better-sqlite3').Database",
  '  }',
  '}',
]

const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '/').replaceAll("'", String.raw`\'`)}'`
