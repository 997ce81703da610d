/**
 * What shows that containers run on a machine: they reach instance metadata over one hop more (facts/aws.md §4).
 */
const IN_SCRIPTS =
  /ECS_CLUSTER\s*=|\/etc\/ecs\/ecs\.config|\/etc\/eks\/bootstrap\.sh|\bnodeadm\b|apiVersion:\s*node\.eks\.aws|\bdocker(?:\s+compose|-compose)?\s+(?:run|up)\b|\[settings\.(?:kubernetes|ecs)\]|\bkubeadm\s+join\b|\bget\.k3s\.io\b/;

/** Where a boot script starts containers or joins a cluster that does: offsets in the script. */
export function containersInScript(text: string): { readonly start: number; readonly end: number } | undefined {
  const match = IN_SCRIPTS.exec(text);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}

/** Tags by which Kubernetes knows the machines of a cluster, and ECS its groups. */
const TAGS = /kubernetes\.io\/cluster\/|k8s\.io\/cluster-autoscaler|\bAmazonECSManaged\b/;

/** Where the description of a launch says, by a tag, that its machines belong to a cluster: offsets in the description. */
export function containersInTags(text: string): { readonly start: number; readonly end: number } | undefined {
  const match = TAGS.exec(text);
  return match === null ? undefined : { start: match.index, end: match.index + match[0].length };
}
