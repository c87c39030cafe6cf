// The next steps for the user after `init`. Pure.
import type { ProjectFacts } from './project-facts.js'

/** The state of the project after setting it up. */
export interface SetUpState {
  /** `missing`: better-sqlite3 is not installed, so nothing is proven; `refused`: there are errors to fix first. */
  readonly build: 'ready' | 'refused' | 'missing'
  /** The codes of those errors. */
  readonly codes: readonly string[]
  /** A database may already have the migrations. */
  readonly takesOver: boolean
  /** Set if migrations are elsewhere, or a database has objects that none here creates. */
  readonly wayOver: WayOver | null
  /** The databases of the configuration, and how a file of the application imports the registry of each. */
  readonly databases: readonly DatabaseFacts[]
}

/** One database; without a name if there is only one. */
export interface DatabaseFacts {
  readonly name: string | null
  /** The folder of such a file; '' for the root of the project. */
  readonly folder: string
  readonly registryImport: string
}

/** How to bring migrations here. */
export interface WayOver {
  readonly begins: readonly string[]
  /** Whether they are Lockstep's own, so that the database need not be taken over. */
  readonly isBack: boolean
}

/** The steps in order; installing only if something is not installed yet. */
export function nextSteps({ has }: Pick<ProjectFacts, 'has'>, state: SetUpState): string[] {
  const unasked = ['lockstep', 'better-sqlite3'].filter((name) => !has(name))
  const install = ['npm install', ...unasked].join(' ')
  return [
    ...(unasked.length > 0 || state.build === 'missing' ? [install] : []),
    ...(state.wayOver ? comingOver(state.wayOver) : goingOn(state)),
    ...state.databases.map(
      ({ name, folder, registryImport }) =>
        `In the application${folder && `, from ${folder}/`}${name === null ? '' : `, for ${name}`}: \`${registryImport}\` and call \`migrate(db, registry)\` of \`lockstep/better-sqlite3\`.`,
    ),
  ]
}

const REFUSED =
  'TypeScript refuses ES modules here otherwise (TS1295), because of `verbatimModuleSyntax`'

/** Steps that come before them if the written files would not compile. */
export const firstSteps = ({
  compiler,
  modules,
  language,
}: Pick<ProjectFacts, 'compiler' | 'modules' | 'language'>): string[] =>
  compiler.refusesModules && language === 'ts' ? [AS_MODULES[modules]] : []

/** If the package already uses ES modules, the tsconfig is what makes them CommonJS. */
const AS_MODULES = {
  commonjs: `npm pkg set type=module       ${REFUSED}`,
  esm: `In tsconfig.json, \`"module": "nodenext"\`: ${REFUSED}`,
}

/** What the other tool has created must not be created again: the example, or whatever comes first, waits. */
const comingOver = ({ begins, isBack }: WayOver): string[] =>
  isBack
    ? [
        ...begins,
        STEPS.missing,
        'npx lockstep status           tells whether they are the right ones',
      ]
    : [
        ...begins,
        RENUMBER,
        STEPS.missing,
        ADOPT,
        'npx lockstep create <words…>  writes the first migration, if none of that is for this database',
      ]

function goingOn({ build: state, codes, takesOver, databases }: SetUpState): string[] {
  const isOne = databases.length < 2
  return [
    ...(codes.some((code) => OTHERWISE.has(code)) ? [RENUMBER] : []),
    ...(state === 'ready' ? [] : [STEPS[state]]),
    ...(takesOver ? [ADOPT] : []),
    ...(state === 'refused'
      ? []
      : [
          ...(isOne ? [MIGRATE] : migrateEach(databases)),
          `npx lockstep dev              does this on every change, while you write${isOne ? '' : NAMED}`,
        ]),
    ...(state === 'refused' && takesOver
      ? []
      : [`npx lockstep create <words…>  writes the next migration${isOne ? '' : NAMED}`]),
  ]
}

const MIGRATE = 'npx lockstep migrate          brings the database up to date'

function migrateEach(databases: readonly DatabaseFacts[]): string[] {
  const commands = databases.map(({ name }) => `npx lockstep migrate --name ${name}`)
  const width = Math.max(...commands.map(({ length }) => length))
  return databases.map(
    ({ name }, at) => `${commands[at]!.padEnd(width)}  brings ${name} up to date`,
  )
}

const NAMED = ', for the database that `--name` picks'

/** Other numbering schemes. */
const OTHERWISE: ReadonlySet<string> = new Set(['VERSION_TIMESTAMP', 'VERSION_NOT_POSITIVE'])

const RENUMBER =
  'npx lockstep renumber         numbers the existing migrations from 001 on, in order'
const ADOPT =
  'npx lockstep adopt            takes over a database that already has them: node_modules/lockstep/docs/adopting.md'

const STEPS = {
  missing: 'npx lockstep gen              proves the migrations',
  refused: 'npx lockstep gen              once the errors above are fixed',
}
