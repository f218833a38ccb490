import { isObject } from '@podpass/kernel';
import { keyOf, type KubeObject } from '@podpass/kube-client';
import { bindingLabel, readBinding, readIdentity, type AzureIdentity, type AzureIdentityBinding } from '../../crds/index.ts';
import { scaleSetOf, type ScaleSetRef } from '../cloud.ts';
import { createMultiMap } from './multi-map.ts';

/** A pod that asks for identities and has a node. */
export interface PodView {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly label: string;
}

/** What the cluster says, indexed so that a change finds the pods that it concerns without looking at any other. */
export interface Inventory {
  podChanged(before: KubeObject | undefined, after: KubeObject | undefined): void;
  bindingChanged(before: KubeObject | undefined, after: KubeObject | undefined): void;
  identityChanged(before: KubeObject | undefined, after: KubeObject | undefined): void;
  nodeChanged(before: KubeObject | undefined, after: KubeObject | undefined): void;
  pod(key: string): PodView | undefined;
  podKeys(): Iterable<string>;
  bindingsFor(label: string): Iterable<AzureIdentityBinding>;
  identity(key: string): AzureIdentity | undefined;
  /** Whether the node exists now. */
  hasNode(name: string): boolean;
  /** The scale set of a node; of one that is gone, the one that it had. Undefined when it has or had none. */
  scaleSetOfNode(name: string): ScaleSetRef | undefined;
  /** Forgets gone nodes that `used` does not name. */
  forgetNodes(used: (name: string) => boolean): void;
  readonly counts: { readonly pods: number; readonly identities: number; readonly bindings: number };
}

export interface InventoryOptions {
  /** Called for every pod whose identities may have changed. */
  readonly onPod: (key: string) => void;
  /** Called for an object that cannot be read. */
  readonly onProblem: (object: KubeObject, problem: string) => void;
}

const member = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

const readPod = (object: KubeObject): PodView | undefined => {
  const label = member(object.metadata['labels'], bindingLabel);
  const node = member(object['spec'], 'nodeName');
  if (typeof label !== 'string' || label === '' || typeof node !== 'string' || node === '') return undefined;
  const { name, namespace = '', uid } = object.metadata;
  return { key: keyOf(object), namespace, name, uid, node, label };
};

export const createInventory = ({ onPod, onProblem }: InventoryOptions): Inventory => {
  const pods = new Map<string, PodView>();
  const podsByLabel = createMultiMap<string>();
  const podsByNode = createMultiMap<string>();
  const bindings = new Map<string, AzureIdentityBinding>();
  const bindingsBySelector = createMultiMap<AzureIdentityBinding>();
  const bindingsByIdentity = createMultiMap<AzureIdentityBinding>();
  const identities = new Map<string, AzureIdentity>();
  const nodes = new Map<string, ScaleSetRef | undefined>();
  const goneNodes = new Map<string, ScaleSetRef>();

  const podsOf = (selector: string): void => {
    for (const key of podsByLabel.get(selector)) onPod(key);
  };
  const dropPod = (key: string): void => {
    const before = pods.get(key);
    if (before === undefined) return;
    pods.delete(key);
    podsByLabel.delete(before.label, key);
    podsByNode.delete(before.node, key);
    onPod(key);
  };
  const identityKey = (binding: AzureIdentityBinding): string => `${binding.namespace}/${binding.azureIdentity}`;

  return {
    podChanged(before, after) {
      const object = after ?? before;
      if (object === undefined) return;
      const key = keyOf(object);
      const view = after === undefined ? undefined : readPod(after);
      const known = pods.get(key);
      if (view === undefined) {
        dropPod(key);
        return;
      }
      if (known?.uid === view.uid && known.node === view.node && known.label === view.label) return;
      dropPod(key);
      pods.set(key, view);
      podsByLabel.add(view.label, key);
      podsByNode.add(view.node, key);
      onPod(key);
    },
    bindingChanged(before, after) {
      const object = after ?? before;
      if (object === undefined) return;
      const key = keyOf(object);
      const known = bindings.get(key);
      if (known !== undefined) {
        bindings.delete(key);
        bindingsBySelector.delete(known.selector, known);
        bindingsByIdentity.delete(identityKey(known), known);
        podsOf(known.selector);
      }
      if (after === undefined) return;
      const { value, problem } = readBinding(after);
      if (value === undefined) {
        onProblem(after, problem);
        return;
      }
      bindings.set(key, value);
      bindingsBySelector.add(value.selector, value);
      bindingsByIdentity.add(identityKey(value), value);
      podsOf(value.selector);
    },
    identityChanged(before, after) {
      const object = after ?? before;
      if (object === undefined) return;
      const key = keyOf(object);
      identities.delete(key);
      if (after !== undefined) {
        const { value, problem } = readIdentity(after);
        if (value === undefined) onProblem(after, problem);
        else identities.set(key, value);
      }
      for (const binding of bindingsByIdentity.get(key)) podsOf(binding.selector);
    },
    nodeChanged(before, after) {
      const name = (after ?? before)?.metadata.name;
      if (name === undefined) return;
      const known = nodes.get(name);
      const existed = nodes.has(name);
      const scaleSet = after === undefined ? undefined : scaleSetOf(member(after['spec'], 'providerID'));
      if (after === undefined) {
        nodes.delete(name);
        if (known !== undefined) goneNodes.set(name, known);
      } else {
        nodes.set(name, scaleSet);
        goneNodes.delete(name);
      }
      if (existed === (after !== undefined) && known?.id === scaleSet?.id) return;
      for (const key of podsByNode.get(name)) onPod(key);
    },
    pod: (key) => pods.get(key),
    podKeys: () => pods.keys(),
    bindingsFor: (label) => bindingsBySelector.get(label),
    identity: (key) => identities.get(key),
    hasNode: (name) => nodes.has(name),
    scaleSetOfNode: (name) => (nodes.has(name) ? nodes.get(name) : goneNodes.get(name)),
    forgetNodes(used) {
      for (const name of goneNodes.keys()) if (!used(name)) goneNodes.delete(name);
    },
    get counts() {
      return { pods: pods.size, identities: identities.size, bindings: bindings.size };
    },
  };
};
