// The commands that work on the migrations folder and the generated files; one of them also uses the database.
import type { CommandDefinition } from './command/command.js'
import { COMMON, DATABASE, FOLDERS } from './command/flag-groups.js'

/** In the order in which help shows them. */
export const PROJECT_COMMANDS: readonly CommandDefinition[] = [
  {
    name: 'init',
    summary: 'set up Lockstep in this folder: configuration, first migration, package scripts',
    flags: [
      { flag: 'db', meaning: 'the database file to write into the configuration' },
      { flag: 'migrations', meaning: 'the folder for the migrations' },
      { flag: 'out', meaning: 'the folder for the generated files' },
      'json',
      'quiet',
      'verbose',
      'noColor',
    ],
    examples: [
      ['lockstep init', 'set up with data/app.db, migrations/ and generated/'],
      ['lockstep init --db var/contacts.db', 'with another database file'],
    ],
    load: () => import('./commands/init.js'),
  },
  {
    name: 'create',
    aliases: ['new'],
    summary: 'write the next migration from a template, then generate the registry',
    words: { spelling: '<words...>', meaning: 'what the migration does, in a few words' },
    flags: ['sql', 'class', 'template', ...FOLDERS, ...COMMON],
    examples: [
      ['lockstep create add users table', 'migrations/002_add_users_table.ts'],
      ['lockstep create add email to users --sql', 'migrations/003_add_email_to_users.sql'],
      ['lockstep create split names --template backfill', 'with the lines of a backfill to edit'],
    ],
    load: () => import('./commands/create.js'),
  },
  {
    name: 'gen',
    aliases: ['generate'],
    summary: 'check the migrations and write the generated files',
    flags: [
      { flag: 'check', meaning: 'write nothing; exit with 1 when something is stale' },
      'watch',
      'noReplay',
      { flag: 'noCache', meaning: 'trust nothing that an earlier run has proven' },
      ...FOLDERS,
      ...COMMON,
    ],
    examples: [
      ['lockstep gen', 'write generated/registry.ts'],
      ['lockstep gen --check', 'for continuous integration'],
    ],
    load: () => import('./commands/gen.js'),
  },
  {
    name: 'dev',
    summary: 'on every change, generate and update the development database',
    flags: [
      {
        flag: 'yes',
        meaning: 'do not ask before rows are lost, or before undoing what the code no longer has',
      },
      ...DATABASE,
      ...COMMON.filter((flag) => flag !== 'json'),
    ],
    examples: [
      ['lockstep dev', 'apply what is new, redo what is edited; Ctrl+C stops it'],
      ['lockstep dev --db scratch.db', 'on another database'],
    ],
    load: () => import('./commands/dev.js'),
  },
  {
    name: 'lint',
    summary: 'check the migrations without writing anything',
    flags: ['base', 'format', 'released', ...FOLDERS, ...COMMON],
    examples: [
      ['lockstep lint', 'every finding, with its place and what to do'],
      ['lockstep lint --base origin/main', 'also whether released migrations were touched'],
      ['lockstep lint --format github', 'as annotations of a pull request'],
    ],
    load: () => import('./commands/lint.js'),
  },
  {
    name: 'check',
    summary:
      'check everything before a merge: rules, generated files, and a replay that proves them',
    flags: ['base', 'format', 'released', 'cache', 'noCache', ...FOLDERS, ...COMMON],
    examples: [
      ['lockstep check', 'the one command for continuous integration; writes nothing'],
      ['lockstep check --base origin/main', 'also judge the result of merging into that branch'],
      ['lockstep check --format sarif > lockstep.sarif', 'for code scanning'],
    ],
    load: () => import('./commands/check.js'),
  },
  {
    name: 'renumber',
    summary: 'give new migrations whose numbers are taken the next free numbers',
    flags: [
      'base',
      { flag: 'db', meaning: 'a database that must not have applied them yet' },
      { flag: 'dryRun', meaning: 'show what would be renamed, and rename nothing' },
      'yes',
      ...FOLDERS,
      ...COMMON,
    ],
    examples: [
      [
        'lockstep renumber --base origin/main',
        'put the migrations of this branch after those of main',
      ],
      [
        'lockstep renumber',
        'of two migrations with the same number, move the one that is not committed or was committed last',
      ],
    ],
    load: () => import('./commands/renumber.js'),
  },
  {
    name: 'explain',
    summary: 'print what a finding or an error means and what to do about it',
    words: { spelling: '<code>', meaning: 'its code, like COLUMN_DROPPED' },
    flags: ['json', 'noColor'],
    examples: [['lockstep explain ROWS_LOST', 'why it matters, with SQL that is right and wrong']],
    load: () => import('./commands/explain.js'),
  },
]
