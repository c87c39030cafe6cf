// What a person does after `init`. Pure.
import type { ProjectFacts } from './project-facts.js'

/** What there is when the project is set up. */
export interface SetUpState {
  /** `missing`: better-sqlite3 is not installed, so that nothing is proven; `refused`: there are errors to be fixed first. */
  readonly build: 'ready' | 'refused' | 'missing'
  /** The codes of those errors. */
  readonly codes: readonly string[]
  /** A database may have the migrations already. */
  readonly takesOver: boolean
  /** Where migrations are elsewhere, or a database has what none here makes. */
  readonly wayOver: WayOver | null
  /** The databases of the configuration, and how a file of the application takes in the registry of each. */
  readonly databases: readonly DatabaseFacts[]
}

/** One database; without a name where there is but one. */
export interface DatabaseFacts {
  readonly name: string | null
  /** The folder that such a file stands in; '' for the top of the project. */
  readonly folder: string
  readonly registryImport: string
}

/** How migrations come here. */
export interface WayOver {
  readonly begins: readonly string[]
  /** Whether they are Lockstep's own, so that the database is not to be taken over. */
  readonly isBack: boolean
}

/** The steps in order; installing only where something is not installed yet. */
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

/** What comes before them where what is written would not compile. */
export const firstSteps = ({
  compiler,
  modules,
  language,
}: Pick<ProjectFacts, 'compiler' | 'modules' | 'language'>): string[] =>
  compiler.refusesModules && language === 'ts' ? [AS_MODULES[modules]] : []

/** Where the package is one of modules already, it is the tsconfig that makes CommonJS of them. */
const AS_MODULES = {
  commonjs: `npm pkg set type=module       ${REFUSED}`,
  esm: `In tsconfig.json, \`"module": "nodenext"\`: ${REFUSED}`,
}

/** What the other tool has made is not to be made again: the example, or whatever comes first, waits. */
const comingOver = ({ begins, isBack }: WayOver): string[] =>
  isBack
    ? [...begins, STEPS.missing, 'npx lockstep status           tells whether they are those']
    : [
        ...begins,
        RENUMBER,
        STEPS.missing,
        ADOPT,
        'npx lockstep create <words…>  writes the first migration, where none of that is of this database',
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
          `npx lockstep dev              does so on every change, while you write${isOne ? '' : NAMED}`,
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

/** Numbered in another way. */
const OTHERWISE: ReadonlySet<string> = new Set(['VERSION_TIMESTAMP', 'VERSION_NOT_POSITIVE'])

const RENUMBER =
  'npx lockstep renumber         numbers the migrations that are there from 001 on, in their order'
const ADOPT =
  'npx lockstep adopt            takes over a database that has them already: node_modules/lockstep/docs/adopting.md'

const STEPS = {
  missing: 'npx lockstep gen              proves the migrations',
  refused: 'npx lockstep gen              once the errors above are fixed',
}
