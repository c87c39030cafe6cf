// Defines how each kind of syntax is described: by a name of our own and the parts that carry meaning. Data only.
import { ts } from 'ts-morph'
import { once } from '../model/once.js'

/**
 * How a part of a node is described: `content` as the node, list, token or nothing that it is; `key` and `given` as plain text,
 * since a property name, a declared name or a label mentions nothing; `mark` by `describe-mark.ts`, because it is not a property
 * of the node; `decorators` as a list.
 */
export interface Part {
  readonly way: 'content' | 'key' | 'given' | 'mark' | 'decorators'
  /** The property of the compiler's node, or the name of the mark. */
  readonly of: string
}

/** Our name for a kind of syntax, and the parts that carry meaning, in order. */
export interface Shape {
  readonly name: string
  readonly parts: readonly Part[]
}

/**
 * As the tables below are written: the name, then the parts. `.x` is a `key`, `=x` a `given`, `@x` a `mark`, any
 * other a `content`. Types, most modifiers and everything that only spells the code are no parts.
 */
type Row = readonly [
  kind: keyof typeof ts.SyntaxKind,
  row: readonly [name: string, ...parts: string[]],
]

const FUNCTION = ['@modifiers', 'asteriskToken', '=name', 'parameters', 'body'] as const
const CLASS = ['@decorators', '=name', 'heritageClauses', 'members'] as const
const METHOD = [
  '@decorators',
  '@modifiers',
  'asteriskToken',
  '.name',
  'parameters',
  'body',
] as const

const STATEMENTS: readonly Row[] = [
  ['Block', ['block', 'statements']],
  ['BreakStatement', ['break', '=label']],
  ['CaseBlock', ['cases', 'clauses']],
  ['CaseClause', ['case', 'expression', 'statements']],
  ['CatchClause', ['catch', 'variableDeclaration', 'block']],
  ['ContinueStatement', ['continue', '=label']],
  ['DebuggerStatement', ['debugger']],
  ['DefaultClause', ['default', 'statements']],
  ['DoStatement', ['do', 'statement', 'expression']],
  ['EmptyStatement', ['nothing']],
  ['ExportAssignment', ['export', 'expression']],
  ['ExpressionStatement', ['perform', 'expression']],
  ['ForInStatement', ['for-in', 'initializer', 'expression', 'statement']],
  ['ForOfStatement', ['for-of', 'awaitModifier', 'initializer', 'expression', 'statement']],
  ['ForStatement', ['for', 'initializer', 'condition', 'incrementor', 'statement']],
  ['IfStatement', ['if', 'expression', 'thenStatement', 'elseStatement']],
  ['LabeledStatement', ['label', '=label', 'statement']],
  ['ReturnStatement', ['return', 'expression']],
  ['SwitchStatement', ['switch', 'expression', 'caseBlock']],
  ['ThrowStatement', ['throw', 'expression']],
  ['TryStatement', ['try', 'tryBlock', 'catchClause', 'finallyBlock']],
  ['VariableStatement', ['variables', 'declarationList']],
  ['WhileStatement', ['while', 'expression', 'statement']],
]

const DECLARATIONS: readonly Row[] = [
  ['ArrayBindingPattern', ['array-pattern', 'elements']],
  ['BindingElement', ['bind', 'dotDotDotToken', '.propertyName', '=name', 'initializer']],
  ['ClassDeclaration', ['class', ...CLASS]],
  ['ClassStaticBlockDeclaration', ['static', 'body']],
  ['Constructor', ['constructor', 'parameters', 'body']],
  ['Decorator', ['decorator', 'expression']],
  ['EnumDeclaration', ['enum', '=name', 'members']],
  ['EnumMember', ['enum-member', '.name', 'initializer']],
  ['FunctionDeclaration', ['function', ...FUNCTION]],
  ['GetAccessor', ['get', ...METHOD]],
  ['HeritageClause', ['extends', 'types']],
  ['MethodDeclaration', ['method', ...METHOD]],
  ['ModuleBlock', ['namespace-body', 'statements']],
  ['ModuleDeclaration', ['namespace', '=name', 'body']],
  ['ObjectBindingPattern', ['object-pattern', 'elements']],
  [
    'Parameter',
    ['parameter', '@decorators', '@property', 'dotDotDotToken', '=name', 'initializer'],
  ],
  ['PropertyDeclaration', ['field', '@decorators', '@modifiers', '.name', 'initializer']],
  ['SetAccessor', ['set', ...METHOD]],
  ['VariableDeclaration', ['variable', '@binding', '=name', 'initializer']],
  ['VariableDeclarationList', ['declare', 'declarations']],
]

const EXPRESSIONS: readonly Row[] = [
  ['ArrayLiteralExpression', ['array', 'elements']],
  ['ArrowFunction', ['arrow', '@modifiers', 'parameters', 'body']],
  ['AwaitExpression', ['await', 'expression']],
  ['CallExpression', ['call', '@chain', 'expression', 'questionDotToken', 'arguments']],
  ['ClassExpression', ['class-value', ...CLASS]],
  ['ComputedPropertyName', ['computed', 'expression']],
  ['ConditionalExpression', ['conditional', 'condition', 'whenTrue', 'whenFalse']],
  ['DeleteExpression', ['delete', 'expression']],
  [
    'ElementAccessExpression',
    ['element', '@chain', 'expression', 'questionDotToken', 'argumentExpression'],
  ],
  ['FunctionExpression', ['function-value', ...FUNCTION]],
  ['MetaProperty', ['meta', 'keywordToken', '.name']],
  ['NewExpression', ['new', 'expression', 'arguments']],
  ['ObjectLiteralExpression', ['object', 'properties']],
  ['OmittedExpression', ['omitted']],
  ['PostfixUnaryExpression', ['postfix', 'operand', 'operator']],
  ['PrefixUnaryExpression', ['prefix', 'operator', 'operand']],
  ['PropertyAccessExpression', ['access', '@chain', 'expression', 'questionDotToken', '.name']],
  ['PropertyAssignment', ['property', '.name', 'initializer']],
  ['ShorthandPropertyAssignment', ['shorthand', 'name', 'objectAssignmentInitializer']],
  ['SpreadAssignment', ['spread-properties', 'expression']],
  ['SpreadElement', ['spread', 'expression']],
  ['TaggedTemplateExpression', ['tagged', '@chain', 'tag', '@raw', 'template']],
  ['TypeOfExpression', ['typeof', 'expression']],
  ['VoidExpression', ['void', 'expression']],
  ['YieldExpression', ['yield', 'asteriskToken', 'expression']],
]

const WAYS: Readonly<Record<string, Part['way']>> = { '.': 'key', '=': 'given', '@': 'mark' }

function readPart(part: string): Part {
  if (part === '@decorators') return { way: 'decorators', of: 'decorators' }
  const way = WAYS[part.charAt(0)]
  return way ? { way, of: part.slice(1) } : { way: 'content', of: part }
}

/** The shape of every kind of syntax that runs and has parts, except operations, which may be nested deeply. */
export const shapes = once(
  (): ReadonlyMap<ts.SyntaxKind, Shape> =>
    new Map(
      [...STATEMENTS, ...DECLARATIONS, ...EXPRESSIONS].map(([kind, [name, ...parts]]) => [
        ts.SyntaxKind[kind],
        { name, parts: parts.map(readPart) },
      ]),
    ),
)

/** The shape of the function of a side: neither its name nor where it is stored counts. */
export const SIDE: Shape = {
  name: 'function',
  parts: ['@async', 'asteriskToken', 'parameters', 'body'].map(readPart),
}
