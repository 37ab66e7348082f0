"""Programs compiled into a recurrent convolutional network that plain SGD trains, exactly.

The folders follow the construction:

* :mod:`construction.machines`: what a program is: a Turing machine on a walled grid;
* :mod:`construction.rules`: the local rule that every program becomes;
* :mod:`construction.programs`: the bundled programs;
* :mod:`construction.compiling`: how a rule becomes weights;
* :mod:`construction.network`: the network of Definition 5;
* :mod:`construction.executors`: how it runs, exactly;
* :mod:`construction.training`: how SGD fills its memory (Algorithm 1);
* :mod:`construction.learning`: data in, predictions out;
* :mod:`construction.cli`: the ``rcnn`` command.
"""
