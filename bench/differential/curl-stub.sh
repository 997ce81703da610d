#!/bin/sh
# Stands in for curl: notes its arguments, and answers or fails as the plan beside it says, one letter per call.
here=${0%/*}
read -r plan <"$here/plan"
rest=${plan#?}
outcome=${plan%"$rest"}
echo "$rest" >"$here/plan"
{
  printf '%s\0' "$#" "$outcome"
  [ $# -eq 0 ] || printf '%s\0' "$@"
} >>"$here/log"
[ "$outcome" = f ] && exit 28
for argument; do
  case $argument in
  */api/token) answer=AQAEtoken== ;;
  -so | -o) quiet=1 ;;
  esac
done
[ -n "$quiet" ] || printf '%s' "${answer:-answer}"
