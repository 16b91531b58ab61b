#!/bin/sh
# Publish the articles of a Git repository, from any clone of it, fresh ones too. What was published
# is kept on a branch of its own: GUIDs and dates come back from it, and no other state is needed.
# Ends with 1 where articles were refused (the others are published), as `markwire build` does.
set -eu
branch=${1:-gh-pages}

# In a fresh clone every file was changed just now: articles without a date get that of the commit
# that brought them.
git -c core.quotePath=false log --reverse --no-renames --diff-filter=A --format=@%ct --name-only -- content |
while IFS= read -r line; do
    case $line in
        @*) added=$line ;;
        ?*) if [ -f "$line" ]; then touch -d "$added" "$line"; fi ;;
    esac
done

# The branch as it was last pushed, or an empty one, in place of feeds/.
git worktree remove --force feeds 2>/dev/null || true
rm -rf feeds
git worktree prune
if git fetch --quiet --depth 1 origin "refs/heads/$branch" 2>/dev/null; then
    git worktree add --quiet --detach feeds FETCH_HEAD
else
    git worktree add --quiet --detach --no-checkout feeds
    git -C feeds checkout --quiet --orphan "$branch"
    git -C feeds rm -r --quiet --cached --ignore-unmatch .
fi

refused=0
markwire build || refused=$?
test "$refused" -le 1 || exit "$refused"

touch feeds/.nojekyll # GitHub Pages would else have Jekyll look at the files
git -C feeds add --all
if ! git -C feeds diff --cached --quiet; then
    git -C feeds -c user.name=Markwire -c user.email=markwire@localhost commit --quiet --message "Publish"
    git -C feeds push --quiet origin "HEAD:refs/heads/$branch"
fi
exit "$refused"
