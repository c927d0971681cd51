#!/bin/bash
# Prints how the root file system of a box is laid over the machine's. Argument: the folder with upper/ and work/.
echo "lowerdir=/,upperdir=$1/upper,workdir=$1/work,index=off,xino=off,metacopy=off"
