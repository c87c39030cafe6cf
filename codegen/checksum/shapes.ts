// Defines how each kind of syntax is described: by a name of our own and the parts that carry meaning. Data only.
import { ts } from 'ts-morph'

const { SyntaxKind } = ts

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
type Row = readonly [kind: ts.SyntaxKind, row: readonly [name: string, ...parts: string[]]]

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
  [SyntaxKind.Block, ['block', 'statements']],
  [SyntaxKind.BreakStatement, ['break', '=label']],
  [SyntaxKind.CaseBlock, ['cases', 'clauses']],
  [SyntaxKind.CaseClause, ['case', 'expression', 'statements']],
  [SyntaxKind.CatchClause, ['catch', 'variableDeclaration', 'block']],
  [SyntaxKind.ContinueStatement, ['continue', '=label']],
  [SyntaxKind.DebuggerStatement, ['debugger']],
  [SyntaxKind.DefaultClause, ['default', 'statements']],
  [SyntaxKind.DoStatement, ['do', 'statement', 'expression']],
  [SyntaxKind.EmptyStatement, ['nothing']],
  [SyntaxKind.ExportAssignment, ['export', 'expression']],
  [SyntaxKind.ExpressionStatement, ['perform', 'expression']],
  [SyntaxKind.ForInStatement, ['for-in', 'initializer', 'expression', 'statement']],
  [
    SyntaxKind.ForOfStatement,
    ['for-of', 'awaitModifier', 'initializer', 'expression', 'statement'],
  ],
  [SyntaxKind.ForStatement, ['for', 'initializer', 'condition', 'incrementor', 'statement']],
  [SyntaxKind.IfStatement, ['if', 'expression', 'thenStatement', 'elseStatement']],
  [SyntaxKind.LabeledStatement, ['label', '=label', 'statement']],
  [SyntaxKind.ReturnStatement, ['return', 'expression']],
  [SyntaxKind.SwitchStatement, ['switch', 'expression', 'caseBlock']],
  [SyntaxKind.ThrowStatement, ['throw', 'expression']],
  [SyntaxKind.TryStatement, ['try', 'tryBlock', 'catchClause', 'finallyBlock']],
  [SyntaxKind.VariableStatement, ['variables', 'declarationList']],
  [SyntaxKind.WhileStatement, ['while', 'expression', 'statement']],
]

const DECLARATIONS: readonly Row[] = [
  [SyntaxKind.ArrayBindingPattern, ['array-pattern', 'elements']],
  [SyntaxKind.BindingElement, ['bind', 'dotDotDotToken', '.propertyName', '=name', 'initializer']],
  [SyntaxKind.ClassDeclaration, ['class', ...CLASS]],
  [SyntaxKind.ClassStaticBlockDeclaration, ['static', 'body']],
  [SyntaxKind.Constructor, ['constructor', 'parameters', 'body']],
  [SyntaxKind.Decorator, ['decorator', 'expression']],
  [SyntaxKind.EnumDeclaration, ['enum', '=name', 'members']],
  [SyntaxKind.EnumMember, ['enum-member', '.name', 'initializer']],
  [SyntaxKind.FunctionDeclaration, ['function', ...FUNCTION]],
  [SyntaxKind.GetAccessor, ['get', ...METHOD]],
  [SyntaxKind.HeritageClause, ['extends', 'types']],
  [SyntaxKind.MethodDeclaration, ['method', ...METHOD]],
  [SyntaxKind.ModuleBlock, ['namespace-body', 'statements']],
  [SyntaxKind.ModuleDeclaration, ['namespace', '=name', 'body']],
  [SyntaxKind.ObjectBindingPattern, ['object-pattern', 'elements']],
  [
    SyntaxKind.Parameter,
    ['parameter', '@decorators', '@property', 'dotDotDotToken', '=name', 'initializer'],
  ],
  [SyntaxKind.PropertyDeclaration, ['field', '@decorators', '@modifiers', '.name', 'initializer']],
  [SyntaxKind.SetAccessor, ['set', ...METHOD]],
  [SyntaxKind.VariableDeclaration, ['variable', '@binding', '=name', 'initializer']],
  [SyntaxKind.VariableDeclarationList, ['declare', 'declarations']],
]

const EXPRESSIONS: readonly Row[] = [
  [SyntaxKind.ArrayLiteralExpression, ['array', 'elements']],
  [SyntaxKind.ArrowFunction, ['arrow', '@modifiers', 'parameters', 'body']],
  [SyntaxKind.AwaitExpression, ['await', 'expression']],
  [SyntaxKind.CallExpression, ['call', '@chain', 'expression', 'questionDotToken', 'arguments']],
  [SyntaxKind.ClassExpression, ['class-value', ...CLASS]],
  [SyntaxKind.ComputedPropertyName, ['computed', 'expression']],
  [SyntaxKind.ConditionalExpression, ['conditional', 'condition', 'whenTrue', 'whenFalse']],
  [SyntaxKind.DeleteExpression, ['delete', 'expression']],
  [
    SyntaxKind.ElementAccessExpression,
    ['element', '@chain', 'expression', 'questionDotToken', 'argumentExpression'],
  ],
  [SyntaxKind.FunctionExpression, ['function-value', ...FUNCTION]],
  [SyntaxKind.MetaProperty, ['meta', 'keywordToken', '.name']],
  [SyntaxKind.NewExpression, ['new', 'expression', 'arguments']],
  [SyntaxKind.ObjectLiteralExpression, ['object', 'properties']],
  [SyntaxKind.OmittedExpression, ['omitted']],
  [SyntaxKind.PostfixUnaryExpression, ['postfix', 'operand', 'operator']],
  [SyntaxKind.PrefixUnaryExpression, ['prefix', 'operator', 'operand']],
  [
    SyntaxKind.PropertyAccessExpression,
    ['access', '@chain', 'expression', 'questionDotToken', '.name'],
  ],
  [SyntaxKind.PropertyAssignment, ['property', '.name', 'initializer']],
  [SyntaxKind.ShorthandPropertyAssignment, ['shorthand', 'name', 'objectAssignmentInitializer']],
  [SyntaxKind.SpreadAssignment, ['spread-properties', 'expression']],
  [SyntaxKind.SpreadElement, ['spread', 'expression']],
  [SyntaxKind.TaggedTemplateExpression, ['tagged', '@chain', 'tag', '@raw', 'template']],
  [SyntaxKind.TypeOfExpression, ['typeof', 'expression']],
  [SyntaxKind.VoidExpression, ['void', 'expression']],
  [SyntaxKind.YieldExpression, ['yield', 'asteriskToken', 'expression']],
]

const WAYS: Readonly<Record<string, Part['way']>> = { '.': 'key', '=': 'given', '@': 'mark' }

function readPart(part: string): Part {
  if (part === '@decorators') return { way: 'decorators', of: 'decorators' }
  const way = WAYS[part.charAt(0)]
  return way ? { way, of: part.slice(1) } : { way: 'content', of: part }
}

/** The shape of every kind of syntax that runs and has parts, except operations, which may be nested deeply. */
export const SHAPES: ReadonlyMap<ts.SyntaxKind, Shape> = new Map(
  [...STATEMENTS, ...DECLARATIONS, ...EXPRESSIONS].map(([kind, [name, ...parts]]) => [
    kind,
    { name, parts: parts.map(readPart) },
  ]),
)

/** The shape of the function of a side: neither its name nor where it is stored counts. */
export const SIDE: Shape = {
  name: 'function',
  parts: ['@async', 'asteriskToken', 'parameters', 'body'].map(readPart),
}
