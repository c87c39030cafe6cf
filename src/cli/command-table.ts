// The list of all commands, from which parsing, help and the documentation are derived.
import type { CommandDefinition } from './command/command.js'
import { COMMON, DATABASE, WATCHED } from './command/flag-groups.js'
import { PROJECT_COMMANDS } from './project-commands.js'

/** The command if none is named. */
export const DEFAULT_COMMAND = 'status'

/** Every command, in the order in which help shows them. */
export const COMMANDS: readonly CommandDefinition[] = [
  ...PROJECT_COMMANDS,
  {
    name: 'status',
    summary: 'show what is applied, what is pending, and what is wrong',
    flags: [
      { flag: 'check', meaning: 'exit with 3 when migrations are pending' },
      ...DATABASE,
      ...COMMON,
    ],
    examples: [
      ['lockstep', 'the same as lockstep status'],
      ['lockstep status --check --quiet', 'for a script: 0 up to date, 3 pending, 1 problems'],
    ],
    load: () => import('./commands/status.js'),
  },
  {
    name: 'migrate',
    aliases: ['run', 'apply', 'up'],
    summary: 'apply the pending migrations',
    flags: [
      { flag: 'to', meaning: 'apply up to this version, or core:003' },
      'dryRun',
      'profile',
      'backup',
      ...DATABASE,
      ...WATCHED,
    ],
    examples: [
      ['lockstep migrate', 'apply everything that is pending'],
      ['lockstep migrate --to 3', 'stop after version 003'],
      ['lockstep migrate --dry-run', 'try it on a copy first: time, rows and pages of each step'],
      ['lockstep migrate --dry-run --profile', 'and show which statements take the time'],
      ['lockstep migrate --backup', 'copy the database before the first step'],
      ['lockstep migrate --events', 'for programs that show progress'],
    ],
    load: () => import('./commands/migrate.js'),
  },
  {
    name: 'load',
    summary: 'put the generated schema into an empty database instead of applying the migrations',
    flags: [...DATABASE, ...WATCHED],
    examples: [
      ['lockstep load', 'generated/schema.sql, with every migration recorded as applied'],
      ['lockstep load --db test.db', 'a test database, created in one go'],
    ],
    load: () => import('./commands/load.js'),
  },
  {
    name: 'rollback',
    aliases: ['down'],
    summary: 'undo the newest migration, or several',
    flags: [
      { flag: 'steps', meaning: 'undo this many, the newest first (default: 1)' },
      { flag: 'to', meaning: 'undo everything after this version, or core:003; 0 undoes all' },
      { flag: 'yes', meaning: 'skip the trial on a copy, and do not ask before rows are lost' },
      'dryRun',
      ...DATABASE,
      ...WATCHED,
    ],
    examples: [
      ['lockstep rollback', 'undo the newest migration'],
      ['lockstep rollback --to 2', 'go back to version 002'],
    ],
    load: () => import('./commands/rollback.js'),
  },
  {
    name: 'redo',
    summary: 'undo the newest migration, or several, and apply it again as it is now',
    words: { spelling: '[n]', meaning: 'how many, the newest first (default: 1)' },
    flags: [
      { flag: 'yes', meaning: 'do not ask before rows are lost, or unknown objects stay behind' },
      'dryRun',
      ...DATABASE,
      ...WATCHED,
    ],
    examples: [
      ['lockstep redo', 'after editing the newest migration: all or nothing'],
      ['lockstep redo 2 --dry-run', 'try it with the newest two, on a copy'],
    ],
    load: () => import('./commands/redo.js'),
  },
  {
    name: 'plan',
    summary: 'show what migrate would do',
    flags: [{ flag: 'to', meaning: 'plan up to 003, or core:003' }, ...DATABASE, ...COMMON],
    examples: [['lockstep plan', 'the pending migrations in order, and what they contain']],
    load: () => import('./commands/plan.js'),
  },
  {
    name: 'seed',
    summary: 'write development data into a database that is up to date',
    words: { spelling: '[names...]', meaning: 'only these files of the folder (default: all)' },
    flags: [...DATABASE, ...WATCHED],
    examples: [
      ['lockstep seed', 'run seeds/*.sql and seeds/*.ts in order of name: all or nothing'],
      ['lockstep seed 002_orders', 'only this one'],
      ['lockstep reset --seed', 'start over: delete everything, migrate, seed'],
    ],
    load: () => import('./commands/seed.js'),
  },
  {
    name: 'reset',
    summary: 'delete all data and start from an empty database',
    flags: ['seed', 'yes', ...DATABASE, ...COMMON],
    examples: [
      ['lockstep reset', 'asks for the name of the database first'],
      ['lockstep reset --seed', 'and migrates, and runs the seeds'],
      ['lockstep reset --yes && lockstep migrate', 'a fresh schema, without questions'],
    ],
    load: () => import('./commands/reset.js'),
  },
  {
    name: 'backup',
    summary: 'copy the database while it is in use, and check the copy',
    words: {
      spelling: '[file]',
      meaning: 'the new file (default: next to the database, with the time in its name)',
    },
    flags: ['db', ...WATCHED],
    examples: [
      ['lockstep backup', 'data/app.db.20261121-093000.backup'],
      ['lockstep backup before-release.db', 'to a file of that name, which must not exist yet'],
    ],
    load: () => import('./commands/backup.js'),
  },
  {
    name: 'restore',
    summary: 'put a backup back, after saving the current content',
    words: { spelling: '<file>', meaning: 'the backup' },
    flags: ['yes', 'db', ...COMMON],
    examples: [
      ['lockstep restore before-release.db', 'checks the file, asks, saves, then replaces'],
    ],
    load: () => import('./commands/restore.js'),
  },
  {
    name: 'adopt',
    summary: 'take over a database that another tool migrated, or that has no history at all',
    flags: [
      'from',
      'at',
      'by',
      'fromTable',
      'where',
      'versionColumn',
      'nameColumn',
      'timeColumn',
      'force',
      'reason',
      'yes',
      { flag: 'dryRun', meaning: 'show what would be recorded, and record nothing' },
      ...DATABASE,
      ...COMMON,
    ],
    examples: [
      [
        'lockstep adopt',
        'recognise the tool, or else the schema, show what would be recorded, ask',
      ],
      ['lockstep adopt --dry-run', 'only show it; needs no terminal'],
      ['lockstep adopt --from schema', 'ignore tables, and look only at the schema'],
      ['lockstep adopt --from knex --by position', 'when the names have changed'],
      ['lockstep adopt --from-table history --name-column script', 'any other table'],
      [
        `lockstep adopt --from-table settings --where "key LIKE 'migration%' AND value = 'completed'"`,
        'a table that also has other rows',
      ],
      ['lockstep adopt --at 4 --yes', 'record 001 to 004, if the schema is that of 004'],
      ['lockstep adopt --at 4 --force --reason "index made by hand"', 'even if the schema differs'],
    ],
    load: () => import('./commands/adopt.js'),
  },
  {
    name: 'mark',
    summary: 'record one version as applied without running it, or forget it without undoing it',
    words: { spelling: '<version>', meaning: 'the version, like 3 or 003' },
    flags: [
      'applied',
      'pending',
      'force',
      'reason',
      {
        flag: 'yes',
        meaning: 'do not ask before creating a ledger, or settling a step that did not finish',
      },
      ...DATABASE,
      ...COMMON,
    ],
    examples: [
      ['lockstep mark 3 --applied --reason "done by hand"', 'the lowest pending version'],
      ['lockstep mark 4 --pending', 'the newest applied version, or one that did not finish'],
    ],
    load: () => import('./commands/mark.js'),
  },
  {
    name: 'repair',
    summary:
      'accept that applied migrations were changed: write their new checksums into the ledger',
    flags: [
      'reason',
      {
        flag: 'force',
        meaning: 'accept it although the schema is not what the migrations produce; needs --reason',
      },
      'yes',
      ...DATABASE,
      ...COMMON,
    ],
    examples: [
      ['lockstep repair', 'show what differs, ask, accept; only if the schema is as it should be'],
      ['lockstep repair --yes --reason "only the order of rows"', 'without questions'],
    ],
    load: () => import('./commands/repair.js'),
  },
  {
    name: 'info',
    summary: 'show facts about the database: location, size, schema version, contents',
    flags: [...DATABASE, ...COMMON],
    examples: [['lockstep info --json', 'for programs']],
    load: () => import('./commands/info.js'),
  },
  {
    name: 'version',
    summary: 'print the schema version of the database, 0 when nothing is applied',
    flags: [...DATABASE, ...COMMON],
    examples: [['lockstep version', 'the number alone']],
    load: () => import('./commands/version.js'),
  },
  {
    name: 'verify',
    summary: 'compare ledger and schema with the migrations, check file and foreign keys',
    flags: [...DATABASE, ...COMMON],
    examples: [
      ['lockstep verify', 'every difference, object by object; exits with 1 if there is one'],
      ['lockstep verify --db copy.db', 'another file, which must exist'],
      ['lockstep verify --json', 'for programs'],
    ],
    load: () => import('./commands/verify.js'),
  },
  {
    name: 'history',
    summary: 'show everything that was applied, undone or corrected by hand, with times',
    flags: [...DATABASE, ...COMMON],
    examples: [['lockstep history', 'the oldest first']],
    load: () => import('./commands/history.js'),
  },
]

/** The command with this name or alias. */
export const findCommand = (word: string): CommandDefinition | undefined =>
  COMMANDS.find(({ name, aliases }) => name === word || aliases?.includes(word))
