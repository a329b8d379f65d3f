/** Prints nodes back as template text, as Go's `String` methods do: for errors (`at <.Values.x>`) and for tests. */
import { assertNever } from '../../../std/index.ts';
import { quote } from '../../go/strconv/index.ts';
import type { BranchNode, CommandNode, Node, PipeNode } from './nodes.ts';

interface Delimiters {
  readonly left: string;
  readonly right: string;
}

const usual: Delimiters = Object.freeze({ left: '{{', right: '}}' });

/** The node as text. Text nodes print themselves raw. */
export function printNode(node: Node, delimiters: Delimiters = usual): string {
  const { left, right } = delimiters;
  const action = (text: string): string => left + text + right;
  switch (node.kind) {
    case 'list':
      return node.nodes.map((item) => printNode(item, delimiters)).join('');
    case 'text':
      return node.text;
    case 'comment':
      return action(node.text);
    case 'action':
      return action(printPipe(node.pipe));
    case 'if':
    case 'range':
    case 'with':
      return printBranch(node, delimiters);
    case 'template':
      return action(`template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${printPipe(node.pipe)}`}`);
    case 'break':
    case 'continue':
    case 'end':
    case 'else':
      return action(node.kind);
    case 'pipe':
      return printPipe(node);
    case 'command':
      return printCommand(node);
    default:
      return printOperand(node);
  }
}

function printOperand(
  node: Exclude<
    Node,
    {
      kind:
        | 'list'
        | 'text'
        | 'comment'
        | 'action'
        | BranchNode['kind']
        | 'template'
        | 'break'
        | 'continue'
        | 'end'
        | 'else'
        | 'pipe'
        | 'command';
    }
  >,
): string {
  switch (node.kind) {
    case 'field':
      return node.ident.map((name) => `.${name}`).join('');
    case 'variable':
      return node.ident.join('.');
    case 'chain':
      return [node.node.kind === 'pipe' ? `(${printPipe(node.node)})` : printNode(node.node), ...node.fields].join('.');
    case 'identifier':
      return node.ident;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    default:
      return assertNever(node);
  }
}

function printBranch(node: BranchNode, delimiters: Delimiters): string {
  const action = (text: string): string => delimiters.left + text + delimiters.right;
  const otherwise = node.elseList === undefined ? '' : action('else') + printNode(node.elseList, delimiters);
  return action(`${node.kind} ${printPipe(node.pipe)}`) + printNode(node.list, delimiters) + otherwise + action('end');
}

function printPipe(pipe: PipeNode): string {
  const names = pipe.decl.map((variable) => variable.ident.join('.')).join(', ');
  const declaration = names === '' ? '' : `${names} ${pipe.isAssign ? '=' : ':='} `;
  return declaration + pipe.cmds.map(printCommand).join(' | ');
}

const printCommand = (command: CommandNode): string =>
  command.args.map((arg) => (arg.kind === 'pipe' ? `(${printPipe(arg)})` : printNode(arg))).join(' ');
