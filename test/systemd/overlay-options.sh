#!/bin/bash
# Prints how the root file system of a box is laid over another. Arguments: the folder with upper/ and work/, the root below.
echo "lowerdir=$2,upperdir=$1/upper,workdir=$1/work,index=off,xino=off,metacopy=off"
